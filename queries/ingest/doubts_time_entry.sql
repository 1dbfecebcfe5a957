-- title: Oddities in the time entries of an import
-- note: Nothing is rejected for these; the lead gets a warning.

select
    count(*) filter (seconds > 86400) as over_a_day,
    count(*) filter (seconds > 43200) as over_twelve_hours,
    count(*) filter (day_on > $today) as in_the_future,
    count(*) filter (project is null) as without_project,
    count(*) filter (seconds = 0) as without_length
from time_entry
where import_id = $import_id
