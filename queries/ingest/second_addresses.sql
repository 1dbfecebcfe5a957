-- title: New e-mails of a name that a person has, which the name alone cannot match
-- note: known are the e-mails that are matched to the person.

with known as (
    select person_id, string_agg(person, ' and ' order by person) as addresses
    from named_person
    where contains(person, '@')
    group by person_id
)
select
    person.name, string_agg(distinct told_name.person, ' and ' order by told_name.person) as new_addresses,
    any_value(known.addresses) as known_addresses
from told_name
inner join named_person on named_person.person = told_name.person and named_person.person_id is null
anti join earlier_match as earlier on earlier.person = told_name.person
inner join alias on alias.alias = told_name.name
inner join person on person.person_id = alias.person_id
left join known on known.person_id = person.person_id
where contains(told_name.person, '@')
group by person.name
order by person.name
