-- title: Cost of the models that made or suggested labels
-- unit: money, one row per automation and currency
-- note: The export's own cost where given, else tokens at the price in force that day; where the register has an amount for an automation's tokens, that amount counts instead. Labels without cost or price are left out. Currencies are never added.
-- parameters: from_on, to_on, projects, teams, people, roles

with model_call as (
    select named_automation(automation) as automation, model, day_on, tokens, cost, currency
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where method not in ('manual', 'unknown', 'imported') and (cost is not null or (model is not null and tokens is not null))
), price_day as (
    select model, day_on, token_price_on(model, day_on) as priced
    from (select distinct model, day_on from model_call where cost is null) as call_day
), summed as (
    select
        model_call.automation,
        coalesce(model_call.cost, model_call.tokens * priced.per_million / 1e6) as amount,
        case when model_call.cost is not null then coalesce(model_call.currency, '(no currency)') else priced.currency end
            as currency
    from model_call
    left join price_day
        on price_day.model = model_call.model and price_day.day_on is not distinct from model_call.day_on
)
select automation, currency, sum(amount order by amount) as amount
from summed
where amount is not null and automation not in (select automation from automation_cost where kind = 'tokens')
group by 1, 2
order by 1, 2
