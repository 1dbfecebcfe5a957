-- title: Synthetic labels beside all finished labels
-- unit: labels
-- note: One row per project and automation that made synthetic labels; all labels are the project's finished ones, by any method.
-- parameters: from_on, to_on, projects

with finished as (
    select project, method, named_automation(automation) as automation, day_on
    from filtered_labels(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    where is_produced
), project_total as (
    select project, count(*) as labels, count(*) filter (where method = 'synthetic') as synthetic
    from finished
    group by project
)
select
    finished.project, finished.automation, count(*) as synthetic_labels, any_value(project_total.synthetic) as project_synthetic,
    any_value(project_total.labels) as project_labels, max(finished.day_on) as newest_on
from finished
inner join project_total using (project)
where finished.method = 'synthetic'
group by finished.project, finished.automation
order by finished.project, finished.automation
