-- title: Targets, every version
-- unit: that of the measure
-- note: A version without a value withdraws the target; the newest version counts.
-- parameters: none

select measure, project, direction, value, by_on, set_at, set_by
from target
order by measure, project, set_at
