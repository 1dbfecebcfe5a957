-- title: Running costs of automations as registered
-- unit: money, each row in its currency
-- note: Paid once, or every month from the first day to the last; no last day means that the automation still runs.
-- parameters: none

select automation, kind, per, amount, currency, from_on, to_on
from automation_cost
order by automation, from_on, kind, per
