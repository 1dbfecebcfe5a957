-- title: Hours and money by month: people, machines and vendors
-- unit: hours and money, one row per resource and currency
-- note: Hours of people, of machines and of vendors are different things, and currencies, too: each row stands for itself, and nothing here may be added across resources or currencies. People cost their hours at the rate of that day. Machine hours are the length of training runs, whatever the number of GPUs; a run counts once, however many scores it has, and one with runs inside counts through these. Model calls cost what the export says, or tokens at their price. Running costs are those of the register and invoices those entered, both by the days of their period; those of no single project are left out where a project is chosen. Unknown counts what a row lacks: hours without a rate, runs without a length, calls without a price.
-- parameters: from_on, to_on, projects, today

with people_time as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project, seconds,
        hourly_rate(person_name, role, day_on) as rate,
        case
            when category_side.side is not null then category_side.side
            when time.category = 'uncategorized' then 'not sorted'
            else 'other work'
        end as work
    from (
        select day_on, project, person_name, role, category, sum(seconds) as seconds
        from filtered_time(
            $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
            cast([] as varchar[])
        )
        group by all
    ) as time
    left join category_side on category_side.category = time.category
), people as (
    select
        month_on, project, 'people: ' || work as resource, 'of people' as hours_of, hours(sum(seconds)) as hours,
        rate.currency as currency, hours(sum(seconds * rate.hourly)) as money,
        if(rate.currency is null, hours(sum(seconds)), 0) as unknown, 'hours without a rate' as unknown_unit
    from people_time
    group by month_on, project, work, rate.currency
), runs as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project, 'training runs' as resource,
        'of machines' as hours_of, hours(sum(seconds)) as hours, cast(null as varchar) as currency,
        cast(null as double) as money, count(*) - count(seconds) as unknown, 'runs without a length' as unknown_unit
    from machine_run
    where not has_inner_runs and day_on is not null and is_in_period(day_on, $from_on, $to_on)
        and (len($projects) = 0 or list_contains($projects, project))
    group by 1, 2
), model_call as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project, cost, currency, tokens, model, day_on
    from filtered_labels(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    where (tokens is not null or cost is not null) and day_on is not null
), price_day as (
    select model, day_on, token_price_on(model, day_on) as price
    from (select distinct model, day_on from model_call where cost is null)
), calls as (
    select
        month_on, project, 'model calls' as resource, cast(null as varchar) as hours_of, cast(null as double) as hours,
        if(cost is not null, coalesce(model_call.currency, '(no currency)'), price.currency) as currency,
        sum(coalesce(cost, tokens * price.per_million / 1e6) order by coalesce(cost, tokens * price.per_million / 1e6)) as money,
        count(*) filter (where cost is null and price is null) as unknown, 'calls without a price' as unknown_unit
    from model_call
    left join price_day
        on price_day.model is not distinct from model_call.model and price_day.day_on = model_call.day_on
    group by all
), charged as (
    select
        '(no single project)' as project, 'running costs: ' || kind as resource, cast(null as varchar) as hours_of,
        cast(null as double) as hours_each_day, currency,
        case when per = 'month' then amount * 12 / 365.25 else amount end as money_each_day,
        from_on as begins_on, if(per = 'month', to_on, from_on) as ends_on
    from automation_cost
    where len($projects) = 0
    union all
    select
        coalesce(nullif(project, ''), '(no single project)'), 'invoices: ' || kind, if(hours is null, null, 'of vendors'),
        hours / (date_diff('day', from_on, coalesce(to_on, from_on)) + 1), currency,
        amount / (date_diff('day', from_on, coalesce(to_on, from_on)) + 1), from_on, coalesce(to_on, from_on)
    from invoice
    where len($projects) = 0 or list_contains($projects, project)
), charged_month as (
    select
        charged.*,
        cast(unnest(generate_series(
            date_trunc('month', greatest(begins_on, $from_on)),
            date_trunc('month', least(coalesce(ends_on, $today), coalesce($to_on, $today), $today)), interval 1 month
        )) as date) as month_on
    from charged
), charges as (
    select
        month_on, project, resource, hours_of, hours_each_day, currency, money_each_day,
        date_diff(
            'day', greatest(month_on, begins_on, $from_on),
            least(last_day(month_on), coalesce(ends_on, $today), coalesce($to_on, $today), $today)
        ) + 1 as days
    from charged_month
), spread as (
    select
        month_on, project, resource, hours_of, sum(hours_each_day * days order by hours_each_day * days) as hours, currency,
        sum(money_each_day * days order by money_each_day * days) as money, 0 as unknown, cast(null as varchar) as unknown_unit
    from charges
    where days > 0
    group by month_on, project, resource, hours_of, currency
), resource_row as (
    select month_on, project, resource, hours_of, hours, currency, money, unknown, unknown_unit from people
    union all
    select month_on, project, resource, hours_of, hours, currency, money, unknown, unknown_unit from runs
    union all
    select month_on, project, resource, hours_of, hours, currency, money, unknown, unknown_unit from calls
    union all
    select month_on, project, resource, hours_of, hours, currency, money, unknown, unknown_unit from spread
)
select
    month_on, project, resource, hours_of, hours, currency, money, cast(unknown as double) as unknown,
    if(unknown > 0, unknown_unit, null) as unknown_unit
from resource_row
order by month_on, project, resource, currency
