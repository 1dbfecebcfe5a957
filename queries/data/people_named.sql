-- title: Everyone the store knows by name
-- unit: people
-- note: People as entered, and the names in imported files that nobody has been matched to yet.
-- parameters: none

with named as (
    select person_name
    from filtered_time(
        null, null, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    )
    union
    select name from person
)
select person_name as person
from named
order by person
