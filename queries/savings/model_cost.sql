-- title: What models cost that made or suggested labels
-- unit: money, one row an automation and currency
-- note: The export's own cost where it says one, else tokens at the price in force that day; where the register holds a sum for the tokens of an automation, that sum counts instead. Labels without cost or price are not in it. Currencies are never added.
-- parameters: from_on, to_on, projects, teams, people, roles

with called as (
    select coalesce(automation, '(not registered)') as automation, model, day_on, tokens, cost, currency
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where method not in ('manual', 'unknown', 'imported') and (cost is not null or (model is not null and tokens is not null))
), price_day as (
    select model, day_on, token_price_on(model, day_on) as priced
    from (select distinct model, day_on from called where cost is null) as called_day
), summed as (
    select
        called.automation,
        coalesce(called.cost, called.tokens * priced.per_million / 1e6) as amount,
        case when called.cost is not null then coalesce(called.currency, '(no currency)') else priced.currency end
            as currency
    from called
    left join price_day
        on price_day.model = called.model and price_day.day_on is not distinct from called.day_on
)
select automation, currency, sum(amount) as amount
from summed
where amount is not null and automation not in (select automation from automation_cost where kind = 'tokens')
group by 1, 2
order by 1, 2
