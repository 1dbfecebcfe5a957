-- title: Single training runs
-- unit: seconds of machine time
-- note: One row per run and score, newest first, as its tracker tells it. Empty is unknown. Seconds are machine time, never hours of people; each score of a run and each run inside of it repeats them.
-- parameters: from_on, to_on, projects, people, limit

with selected as (
    select
        run.day_on, run.started_at, run.finished_at, run.source, coalesce(map.project, run.project, '(no project)') as project,
        coalesce(named.person_name, run.person) as person, run.run, run.parent_run, run.state, run.seconds, run.metric,
        run.value, run.labels_used, run.labels_synthetic, run.selection, run.pretraining, run.modeling_hours,
        run.code_version, run.seed
    from experiment_run as run
    left join named_person as named on named.person = run.person
    left join labeling_project as map on map.source = run.source and map.tool_project = run.project
    where is_in_period(run.day_on, $from_on, $to_on)
        and (len($projects) = 0 or list_contains($projects, coalesce(map.project, run.project, '(no project)')))
        and (len($people) = 0 or list_contains($people, coalesce(named.person_name, run.person)))
)
select
    day_on, started_at, finished_at, source, project, person, run, parent_run, state, seconds, metric, value,
    labels_used, labels_synthetic, selection, pretraining, modeling_hours, code_version, seed,
    count(*) over () as found
from selected
order by day_on desc nulls last, started_at desc nulls last, source, project, run
limit $limit
