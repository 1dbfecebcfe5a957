-- title: Finished runs that name the labels they learned from
-- unit: runs
-- note: One row per run and metric up to the last day. Synthetic labels are part of the labels used; modeling hours are those the run names, else the modeling and evaluation hours booked on a project of the same name up to the first run of that code.
-- parameters: to_on, projects

with mapped_run as (
    -- A tracking server numbers its experiments; the lead maps each number to a project, once for all tools.
    select run.* replace (coalesce(map.project, run.project) as project)
    from experiment_run as run
    left join labeling_project as map on map.source = run.source and map.tool_project = run.project
), run as (
    select
        coalesce(project, '(no project)') as project, metric, value, labels_used,
        coalesce(labels_synthetic, 0) as labels_synthetic, coalesce(code_version, '') as code_version, seed, selection,
        pretraining, modeling_hours, day_on
    from mapped_run
    where state = 'finished' and labels_used is not null and value is not null and metric is not null
        and is_in_period(day_on, null, $to_on)
        and (len($projects) = 0 or list_contains($projects, project))
), code as (
    select
        coalesce(project, '(no project)') as project, coalesce(code_version, '') as code_version,
        min(day_on) as first_on, max(modeling_hours) as reported_hours
    from mapped_run
    where code_version is not null
    group by 1, 2
), modeled as (
    select lower(trim(time_day.project)) as project, time_day.day_on, sum(time_day.seconds) as seconds
    from time_day
    inner join category_side on category_side.category = time_day.category
    where time_day.scheme = 'activity' and category_side.side = 'modeling'
    group by 1, 2
), code_hours as (
    select
        code.project, code.code_version, code.first_on,
        coalesce(any_value(code.reported_hours), hours(sum(modeled.seconds))) as hours,
        any_value(code.reported_hours) is not null as is_reported
    from code
    left join modeled on modeled.project = lower(trim(code.project)) and modeled.day_on <= code.first_on
    group by code.project, code.code_version, code.first_on
)
select
    run.project, run.metric, run.value, run.labels_used, run.labels_synthetic, run.code_version, run.seed,
    run.selection, run.pretraining, run.day_on, code_hours.first_on, cast(code_hours.hours as double) as modeling_hours,
    coalesce(code_hours.is_reported, false) as hours_are_said
from run
left join code_hours on code_hours.project = run.project and code_hours.code_version = run.code_version
order by all
