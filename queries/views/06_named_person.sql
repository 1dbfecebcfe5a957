-- title: How a person of the files is called
-- note: One row per person of the files, who is known by e-mail, else by name; alias is what a lead enters for them. An alias of the e-mail goes first, else one of a name that only this e-mail has. Two e-mails of one name are two people; an account number is shown only where there is no name; a name without e-mail means the one e-mail of that name.

create or replace view named_person as
with shared as (
    select name, count(distinct person) as people from told_name where contains(person, '@') group by name
), called as (
    select
        told_name.person, told_name.name, told_name.last_on, contains(told_name.person, '@') as has_email,
        contains(told_name.person, '@') and told_name.name <> told_name.person and coalesce(shared.people, 1) > 1
            as is_shared
    from told_name
    left join shared on shared.name = told_name.name
), latest as (
    select
        called.person,
        arg_max(
            called.name,
            (not regexp_full_match(called.name, '\d+'), coalesce(called.last_on, date '1900-01-01'), called.name)
        ) as name,
        arg_max(
            called.is_shared,
            (not regexp_full_match(called.name, '\d+'), coalesce(called.last_on, date '1900-01-01'), called.name)
        ) as is_shared,
        any_value(by_email.person_id) as email_person_id,
        min(by_name.person_id) as name_person_id
    from called
    left join (
        select lower(alias) as alias, any_value(person_id) as person_id from alias where contains(alias, '@') group by 1
    ) as by_email on called.has_email and by_email.alias = called.person
    left join alias as by_name on by_name.alias = called.name and not called.is_shared
    group by called.person
)
select
    latest.person, person.person_id, person.name, person.team, person.role,
    case when latest.is_shared then latest.person else latest.name end as alias,
    coalesce(
        person.name, case when latest.is_shared then latest.name || ' (' || latest.person || ')' else latest.name end
    ) as person_name
from latest
left join person on person.person_id = coalesce(latest.email_person_id, latest.name_person_id);
