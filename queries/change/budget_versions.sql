-- title: Budgets, every version
-- unit: hours or money
-- note: A version without an amount ends the budget; the newest version counts.
-- parameters: none

select project, covers, unit, recurs, from_on, amount, set_at, set_by
from budget
order by project, covers, unit, from_on, recurs, set_at
