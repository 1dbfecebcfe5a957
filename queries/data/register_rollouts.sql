-- title: Rollouts of automations
-- unit: days
-- note: One row a project, or a person in it, and period; no last day means that it is still on.
-- parameters: none

select automation, project, nullif(person, '') as person, from_on, to_on
from automation_scope
order by automation, project, person nulls first, from_on
