-- title: Days on which one person has more than 24 hours
-- note: Days with entries of this import; the hours of earlier imports count too. Entries longer than a day are told of apart.

with touched as (
    select distinct person, day_on
    from time_entry
    where import_id = $import_id and person is not null
),
long_day as (
    select day_on, sum(seconds) as seconds
    from time_entry join touched using (person, day_on)
    group by person, day_on
    having sum(seconds) > 86400 and max(seconds) <= 86400
)
select count(*) as days, arg_max(day_on, seconds) as longest_on, max(seconds) / 3600 as longest_hours
from long_day
