-- title: Rollouts of automations
-- unit: days
-- note: One row per period and project, or person in a project; no last day means that the automation is still on.
-- parameters: none

select automation, project, nullif(person, '') as person, from_on, to_on
from automation_scope
order by automation, project, person nulls first, from_on
