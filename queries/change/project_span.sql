-- title: First and last day of a project, in time entries and in labels
-- unit: days
-- note: Null if there are none.
-- parameters: project

select 'time' as log, min(day_on) as first_on, max(day_on) as last_on
from time_day
where project = $project
union all
select 'labels', min(day_on), max(day_on)
from filtered_labels(null, null, [$project], [], [], [])
order by log
