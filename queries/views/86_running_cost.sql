-- title: What automations cost to run within a period
-- note: One row per line of the register. The period ends with its last day or the newest label, whichever comes first: future costs are not yet spent. A monthly cost counts by its days, a one-time cost on its day. No rows while there are no labels.

create or replace macro running_cost(first_on, final_on) as table
with newest as (
    select least(max(day_on), any_value(final_on)) as last_on
    from label
    having max(day_on) is not null
), covered as (
    select
        cost.automation, cost.kind, cost.per, cost.amount, cost.currency, cost.from_on, newest.last_on,
        greatest(cost.from_on, first_on) as begins_on,
        least(cost.to_on, newest.last_on) as ends_on
    from automation_cost as cost
    cross join newest
)
select
    automation, kind, currency,
    case
        when per = 'month' then amount * greatest(date_diff('day', begins_on, ends_on) + 1, 0) * 12 / 365.25
        when from_on between begins_on and last_on then amount
        else 0
    end as amount
from covered;
