-- title: What the tools no longer have, kept and not counted
-- unit: rows
-- note: Entries, labeling events and runs that a pull or a whole export found deleted in the tool: the store keeps them, counts them nowhere, and an undo of that import brings them back. Runs and labeling events that a tool itself tells as deleted are marked so; an event can be a single object that was taken back. Unknown counts rows without a length: their hours are not in the hours. Hours of runs are those of machines.
-- parameters: from_on, to_on, projects

with stated as (
    select 'time entries' as kind, source, source_key, project, day_on, seconds * 1000 as milliseconds, import_id
    from time_entry_superseded
    anti join time_entry using (source, source_key)
    union all
    select 'labeling events', source, source_key, project, day_on, milliseconds, import_id
    from labeling_event_superseded
    anti join labeling_event using (source, source_key)
    where outcome not in ('draft', 'assigned')
    union all
    select 'training runs', source, source_key, project, day_on, seconds * 1000, import_id
    from experiment_run_superseded
    anti join experiment_run using (source, source_key)
), marked as (
    -- Of several statements about a row that is gone, the last.
    select kind, source, project, day_on, milliseconds, 'gone from the tool' as state
    from stated
    qualify import_id = max(import_id) over (partition by kind, source, source_key)
    union all
    select 'labeling events', source, project, day_on, milliseconds, 'marked as deleted'
    from labeling_event
    where outcome = 'deleted'
    union all
    select 'training runs', source, project, day_on, seconds * 1000, 'marked as deleted'
    from experiment_run
    where state = 'deleted'
), named as (
    select
        marked.kind, marked.source, marked.state, marked.day_on, marked.milliseconds,
        coalesce(map.project, nullif(marked.project, ''), '(no project)') as project
    from marked
    left join labeling_project as map
        on marked.kind <> 'time entries' and map.source = marked.source
        and map.tool_project = coalesce(marked.project, '')
)
select
    kind, source, project, state, count(*) as rows, hours_of_ms(sum(milliseconds)) as hours,
    count(*) - count(milliseconds) as unknown, min(day_on) as from_on, max(day_on) as last_on
from named
where is_in_period(day_on, $from_on, $to_on) and (len($projects) = 0 or list_contains($projects, project))
group by 1, 2, 3, 4
order by 1, 2, 3, 4
