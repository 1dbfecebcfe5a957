-- title: What an accepted label costs
-- unit: money per accepted label, one row per dataset and currency
-- note: People's hours of labeling, review and rework at the rate of that person and day, plus running costs of automations shared by their labels, plus the cost of models, unless the register has a sum for the tokens of their automation. If some hours have no rate or some calls no price, the cost is a lower bound. A part that is not known in that currency is empty, not zero. Currencies are never added.
-- parameters: from_on, to_on, projects, teams, people, roles

with selected_label as (
    select source, tool_project, project, coalesce(dataset, '(no dataset)') as dataset, item, person_name, role, day_on,
        automation, method, model, outcome, is_produced, is_reviewed, annotate_ms, tokens, cost, currency
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
), label_count as (
    select
        project, dataset,
        count(*) filter (where is_produced) as produced,
        count(*) filter (where is_produced and is_reviewed) as reviewed,
        count(*) filter (
            where is_produced and case when is_reviewed then outcome in ('accepted', 'fixed') else true end
        ) as accepted,
        count(*) filter (where annotate_ms is null and is_produced and person_name <> '(no person)') as untimed
    from selected_label
    group by 1, 2
), later_work as (
    select source, tool_project, item, project, person_name, role, day_on, milliseconds
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    where stage <> 'annotate' and milliseconds is not null
), item_dataset as (
    select source, tool_project, item, any_value(dataset) as dataset
    from selected_label
    semi join later_work using (source, tool_project, item)
    group by 1, 2, 3
), timed_work as (
    select project, dataset, person_name, role, day_on, annotate_ms as milliseconds
    from selected_label
    where annotate_ms is not null
    union all
    select
        later_work.project, item_dataset.dataset, later_work.person_name, later_work.role, later_work.day_on,
        later_work.milliseconds
    from later_work
    inner join item_dataset using (source, tool_project, item)
), worked as (
    select
        project, dataset, hourly_rate(person_name, role, coalesce(day_on, current_date)) as rate,
        cast(sum(milliseconds) as bigint) as milliseconds
    from timed_work
    group by project, dataset, person_name, role, day_on
), people_cost as (
    select project, dataset, rate.currency as currency, sum(milliseconds * rate.hourly order by milliseconds * rate.hourly) / 3.6e6 as amount
    from worked
    where rate.hourly is not null
    group by 1, 2, 3
), hours as (
    select
        project, dataset, sum(milliseconds) / 3.6e6 as hours,
        coalesce(sum(milliseconds) filter (where rate.hourly is null), 0) / 3.6e6 as hours_without_rate
    from worked
    group by 1, 2
), running as (
    select automation, currency, sum(amount order by amount) as amount from running_cost($from_on, $to_on) group by 1, 2
), uses as (
    select automation, count(*) as labels
    from filtered_labels($from_on, $to_on, [], [], [], [])
    where is_produced and automation is not null
    group by 1
), used_here as (
    select project, dataset, automation, count(*) as labels
    from selected_label
    where is_produced and automation is not null
    group by 1, 2, 3
), running_cost as (
    select used_here.project, used_here.dataset, running.currency,
        sum(running.amount * used_here.labels / uses.labels order by running.amount, used_here.labels / uses.labels) as amount
    from used_here
    inner join uses using (automation)
    inner join running using (automation)
    group by 1, 2, 3
), unregistered as (
    select project, dataset, count(*) as automations
    from used_here
    anti join running using (automation)
    group by 1, 2
), call as (
    select project, dataset, cost, currency, tokens, token_price_on(model, day_on) as price
    from selected_label
    where (tokens is not null or cost is not null)
        and (automation is null or automation not in (select automation from automation_cost where kind = 'tokens'))
), model_cost as (
    select
        project, dataset,
        case when cost is not null then coalesce(currency, '(no currency)') else price.currency end as currency,
        sum(coalesce(cost, tokens * price.per_million / 1e6) order by coalesce(cost, tokens * price.per_million / 1e6)) as amount
    from call
    where cost is not null or price is not null
    group by 1, 2, 3
), unpriced as (
    select project, dataset, count(*) as calls from call where cost is null and price is null group by 1, 2
), amount as (
    select project, dataset, currency, amount as people, null as running, null as models from people_cost
    union all
    select project, dataset, currency, null as people, amount as running, null as models from running_cost
    union all
    select project, dataset, currency, null as people, null as running, amount as models from model_cost
), total as (
    select project, dataset, currency, sum(people) as people, sum(running) as running, sum(models) as models
    from amount
    group by 1, 2, 3
), dataset_cost as (
    select
        label_count.project, label_count.dataset, total.currency, label_count.accepted, label_count.reviewed, label_count.produced, label_count.untimed,
        hours.hours, coalesce(hours.hours_without_rate, 0) as hours_without_rate,
        coalesce(unpriced.calls, 0) as calls_without_price,
        -- A part that is wholly in other currencies is zero in this one; a part that is partly unknown is empty.
        coalesce(total.people, if(hours.hours_without_rate > 0 or label_count.untimed > 0, null, 0.0)) as people_cost,
        coalesce(total.running, if(unregistered.automations > 0, null, 0.0)) as running_cost,
        coalesce(total.models, if(unpriced.calls > 0, null, 0.0)) as model_cost,
        case
            when total.currency is not null
                then coalesce(total.people, 0.0) + coalesce(total.running, 0.0) + coalesce(total.models, 0.0)
        end as cost
    from label_count
    left join total using (project, dataset)
    left join hours using (project, dataset)
    left join unpriced using (project, dataset)
    left join unregistered using (project, dataset)
    where label_count.produced > 0 or total.currency is not null
)
select
    project, dataset, currency, accepted, reviewed, produced, untimed, hours, hours_without_rate, calls_without_price,
    people_cost, running_cost, model_cost, cost,
    cost / nullif(accepted, 0) as cost_per_accepted,
    hours_without_rate > 0 or calls_without_price > 0 or untimed > 0 as is_lower_bound
from dataset_cost
order by project, dataset, currency nulls last
