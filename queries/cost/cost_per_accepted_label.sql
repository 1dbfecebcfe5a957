-- title: What an accepted label costs
-- unit: money an accepted label, one row a dataset and currency
-- note: Hours of labeling, review and rework at the rate of that person and day, running costs of automations shared out by their labels, and what models cost. Where hours have no rate or calls no price, the cost is a lower bound. Currencies are never added.
-- parameters: from_on, to_on, projects, teams, people, roles

with chosen as (
    select source, tool_project, project, coalesce(dataset, '(no dataset)') as dataset, item, person_name, role, day_on,
        automation, method, model, outcome, is_produced, is_reviewed, annotate_ms, tokens, cost, currency
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
), made as (
    select
        project, dataset,
        count(*) filter (where is_produced) as produced,
        count(*) filter (where is_produced and is_reviewed) as reviewed,
        count(*) filter (
            where is_produced and case when is_reviewed then outcome in ('accepted', 'fixed') else true end
        ) as accepted,
        count(*) filter (where annotate_ms is null and is_produced and person_name <> '(no person)') as untimed
    from chosen
    group by 1, 2
), home as (
    select source, tool_project, item, any_value(dataset) as dataset from chosen group by 1, 2, 3
), spent as (
    select project, dataset, person_name, role, day_on, annotate_ms as milliseconds
    from chosen
    where annotate_ms is not null
    union all
    select event.project, home.dataset, event.person_name, event.role, event.day_on, event.milliseconds
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles) as event
    inner join home using (source, tool_project, item)
    where event.stage <> 'annotate' and event.milliseconds is not null
), worked as (
    select
        project, dataset, hourly_rate(person_name, role, coalesce(day_on, current_date)) as rate,
        cast(sum(milliseconds) as bigint) as milliseconds
    from spent
    group by project, dataset, person_name, role, day_on
), people_cost as (
    select project, dataset, rate.currency as currency, sum(milliseconds * rate.hourly) / 3.6e6 as amount
    from worked
    where rate.hourly is not null
    group by 1, 2, 3
), hours as (
    select
        project, dataset, sum(milliseconds) / 3.6e6 as hours,
        coalesce(sum(milliseconds) filter (where rate.hourly is null), 0) / 3.6e6 as hours_without_rate
    from worked
    group by 1, 2
), newest as (
    select coalesce($to_on, max(day_on)) as last_on from label
), running as (
    select
        cost.automation, cost.currency,
        sum(case
            when cost.per = 'once' then case
                when cost.from_on >= coalesce($from_on, cost.from_on) and cost.from_on <= newest.last_on then cost.amount
                else 0
            end
            else cost.amount * 12 / 365.25 * greatest(
                date_diff(
                    'day',
                    greatest(cost.from_on, coalesce($from_on, cost.from_on)),
                    least(coalesce(cost.to_on, newest.last_on), newest.last_on)
                ) + 1,
                0
            )
        end) as amount
    from automation_cost as cost
    cross join newest
    group by 1, 2
), uses as (
    select automation, count(*) as labels
    from filtered_labels($from_on, $to_on, [], [], [], [])
    where is_produced and automation is not null
    group by 1
), used_here as (
    select project, dataset, automation, count(*) as labels
    from chosen
    where is_produced and automation is not null
    group by 1, 2, 3
), running_cost as (
    select used_here.project, used_here.dataset, running.currency,
        sum(running.amount * used_here.labels / uses.labels) as amount
    from used_here
    inner join uses using (automation)
    inner join running using (automation)
    group by 1, 2, 3
), call as (
    select
        project, dataset, cost, currency, tokens, model,
        (
            select max_by({'per_million': price.per_million, 'currency': price.currency}, price.from_on)
            from token_price as price
            where price.model = chosen.model and price.from_on <= coalesce(chosen.day_on, current_date)
        ) as price
    from chosen
    where tokens is not null or cost is not null
), model_cost as (
    select
        project, dataset,
        case when cost is not null then coalesce(currency, '(no currency)') else price.currency end as currency,
        sum(coalesce(cost, tokens * price.per_million / 1e6)) as amount
    from call
    where cost is not null or price is not null
    group by 1, 2, 3
), unpriced as (
    select project, dataset, count(*) as calls from call where cost is null and price is null group by 1, 2
), amount as (
    select project, dataset, currency, amount as people, 0.0 as running, 0.0 as models from people_cost
    union all
    select project, dataset, currency, 0.0 as people, amount as running, 0.0 as models from running_cost
    union all
    select project, dataset, currency, 0.0 as people, 0.0 as running, amount as models from model_cost
), total as (
    select project, dataset, currency, sum(people) as people, sum(running) as running, sum(models) as models
    from amount
    group by 1, 2, 3
), told as (
    select
        made.project, made.dataset, total.currency, made.accepted, made.reviewed, made.produced, made.untimed,
        hours.hours, coalesce(hours.hours_without_rate, 0) as hours_without_rate,
        coalesce(unpriced.calls, 0) as calls_without_price,
        total.people as people_cost, total.running as running_cost, total.models as model_cost,
        total.people + total.running + total.models as cost
    from made
    left join total using (project, dataset)
    left join hours using (project, dataset)
    left join unpriced using (project, dataset)
    where made.produced > 0 or total.currency is not null
)
select
    project, dataset, currency, accepted, reviewed, produced, untimed, hours, hours_without_rate, calls_without_price,
    people_cost, running_cost, model_cost, cost,
    cost / nullif(accepted, 0) as cost_per_accepted,
    hours_without_rate > 0 or calls_without_price > 0 or untimed > 0 as is_lower_bound
from told
order by project, dataset, currency nulls last
