-- title: Rows of time off that another import has
-- note: The same person, day and length.

with counted as (
    select
        person, day_on, seconds, import_id, count(*) as entries
    from imported_time_off
    group by all
)
select cast(coalesce(sum(least(own.entries, other.entries)), 0) as bigint) as entries
from counted as own
inner join (
    select person, day_on, seconds, max(entries) as entries
    from counted
    where import_id <> $import_id
    group by all
) as other
    on other.person is not distinct from own.person and other.day_on = own.day_on and other.seconds = own.seconds
where own.import_id = $import_id
