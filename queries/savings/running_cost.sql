-- title: What automations cost to run
-- unit: money, one row per currency
-- note: Compute, licences, tokens and the like from the register, within the period; a monthly cost counts by its days, a one-time cost on its day, and all end with the period or the newest label, whichever comes first. Currencies are never added.
-- parameters: from_on, to_on

select automation, currency, sum(amount order by amount) as amount
from running_cost($from_on, $to_on)
group by 1, 2
order by 1, 2
