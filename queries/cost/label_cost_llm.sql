-- title: What labels from models cost
-- unit: money, one row per currency
-- note: The export's own cost if it gives one, else tokens at the price in force that day. The cost of items with neither is not known, which is not zero. Currencies are never added.
-- parameters: from_on, to_on, projects, teams, people, roles

with model_label as (
    select source, tool_project, item, project, model, day_on, tokens, cost, currency
    from label
    where model is not null and method not in ('manual', 'unknown', 'imported')
), selected_item as (
    select distinct source, tool_project, item
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    semi join model_label using (source, tool_project, item)
), called as (
    select source, tool_project, item, project, model, day_on, tokens, cost, currency
    from model_label
    semi join selected_item using (source, tool_project, item)
), outcome as (
    select
        source, tool_project, item,
        bool_or(is_produced and case when is_reviewed then outcome in ('accepted', 'fixed') else true end) as is_accepted,
        bool_or(is_produced and is_reviewed) as is_reviewed
    from label
    semi join selected_item using (source, tool_project, item)
    group by 1, 2, 3
), price_day as (
    select model, day_on, token_price_on(model, day_on) as price
    from (select distinct model, day_on from called where cost is null) as called_day
), priced as (
    select
        called.project, called.model, called.source, called.tool_project, called.item, called.tokens,
        coalesce(called.cost, called.tokens * price.per_million / 1e6) as cost,
        case when called.cost is not null then called.currency else price.currency end as currency
    from called
    left join price_day
        on price_day.model = called.model and price_day.day_on is not distinct from called.day_on
), each_item as (
    select
        project, model, source, tool_project, item,
        case when cost is null then null else coalesce(currency, '(no currency)') end as currency,
        sum(tokens) as tokens, sum(cost order by cost) as cost
    from priced
    group by 1, 2, 3, 4, 5, 6
)
select
    each_item.project, each_item.model, each_item.currency,
    count(*) as items,
    count(*) filter (where outcome.is_accepted) as accepted,
    count(*) filter (where outcome.is_reviewed) as reviewed,
    cast(sum(each_item.tokens) as bigint) as tokens,
    count(*) filter (where each_item.cost is null) as without_cost,
    sum(each_item.cost order by each_item.cost) as cost,
    sum(each_item.cost order by each_item.cost) / nullif(count(*) filter (where outcome.is_accepted and each_item.cost is not null), 0)
        as cost_per_accepted
from each_item
inner join outcome using (source, tool_project, item)
group by 1, 2, 3
order by each_item.project, each_item.model, each_item.currency nulls last
