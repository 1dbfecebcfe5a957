-- title: Names of projects that the store knows
-- unit: names
-- note: is_tracked: the time tracker uses the name.
-- parameters: none

with project_name as (
    select distinct project, true as is_tracked from time_entry where project is not null
    union all
    select distinct project, false as is_tracked from label
    union all
    select distinct project, false as is_tracked from rolled_work
    union all
    select distinct project, false as is_tracked from labeling_project
    union all
    select distinct project, false as is_tracked from automation_scope
)
select project, bool_or(is_tracked) as is_tracked
from project_name
group by 1
order by project
