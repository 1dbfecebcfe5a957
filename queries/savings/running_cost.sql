-- title: What automations cost to run
-- unit: money, one row a currency
-- note: Compute, licences, tokens and the like from the register, within the period; a cost per month counts by its days, and ends with the period or the newest label. Currencies are never added.
-- parameters: from_on, to_on

with newest as (
    select coalesce($to_on, max(day_on)) as last_on from label
), covered as (
    select
        cost.automation, cost.per, cost.amount, cost.currency, cost.from_on,
        greatest(cost.from_on, coalesce($from_on, cost.from_on)) as begins_on,
        least(coalesce(cost.to_on, newest.last_on), newest.last_on) as ends_on
    from automation_cost as cost
    cross join newest
), counted as (
    select
        automation, currency,
        case
            when per = 'once' then case when from_on between begins_on and coalesce($to_on, from_on) then amount else 0 end
            else amount * greatest(date_diff('day', begins_on, ends_on) + 1, 0) * 12 / 365.25
        end as amount
    from covered
)
select automation, currency, sum(amount) as amount
from counted
group by 1, 2
order by 1, 2
