-- title: Oddities in the labels of an import
-- note: Nothing is rejected for these; the lead gets a warning.

select
    count(*) filter (milliseconds > 43200000) as over_twelve_hours,
    count(*) filter (day_on > $today) as in_the_future
from labeling_event
where import_id = $import_id
