-- title: Everyone the store knows by name
-- unit: people
-- note: People as entered, and names in imported time and labeling files that are not matched to a person yet.
-- parameters: none

with named as (
    select person_name
    from filtered_time(
        null, date '9999-12-31', cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    )
    union
    select coalesce(person.person_name, worked.person)
    from (
        select person from labeling_event where person is not null
        union
        select person from rolled_work where person is not null
    ) as worked
    left join named_person as person on person.person = worked.person
    union
    select name from person
)
select person_name as person
from named
order by person
