-- title: Training runs, each once, with whether the time of others lies inside it
-- note: A file with several scores of a run has a row for each, all with the whole length. A tool's number of a parent is unique in the tool; a name is that of a parent only in the same project of the same tool, where both ran at the same time. Deleted runs take no time from a parent.

create or replace view machine_run as
with numbered as (
    select
        *,
        row_number() over (partition by source, source_key, day_on, metric order by occurrence) as repetition
    from experiment_run
    where state <> 'deleted'
), single as (
    select
        source, source_key, day_on, repetition, any_value(native_id) as native_id, any_value(run) as run,
        coalesce(any_value(project), '') as tool_project, max(person) as person, max(parent_run) as parent_run,
        min(started_at) as started_at, max(finished_at) as finished_at, max(seconds) as seconds
    from numbered
    group by source, source_key, day_on, repetition
), inner_run as (
    select
        source, tool_project, run, parent_run, coalesce(started_at, '-infinity'::timestamp) as began_at,
        coalesce(finished_at, 'infinity'::timestamp) as ended_at
    from single
    where parent_run is not null and parent_run is distinct from native_id
)
select
    single.source, coalesce(map.project, nullif(single.tool_project, ''), '(no project)') as project, single.person,
    single.run, single.day_on, single.seconds,
    exists (
        from inner_run
        where inner_run.source = single.source and inner_run.parent_run = single.native_id
    ) or exists (
        from inner_run
        where inner_run.source = single.source and inner_run.parent_run = single.run
            and inner_run.tool_project = single.tool_project and single.parent_run is distinct from single.run
            and inner_run.began_at <= coalesce(single.finished_at, 'infinity'::timestamp)
            and inner_run.ended_at >= coalesce(single.started_at, '-infinity'::timestamp)
    ) as has_inner_runs
from single
left join labeling_project as map on map.source = single.source and map.tool_project = nullif(single.tool_project, '');
