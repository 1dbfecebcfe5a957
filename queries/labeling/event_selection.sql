-- title: What a selection of labeling events holds
-- unit: events
-- note: One row: events inside and outside the filters, held one by one or as daily sums, rows that were not accepted, times derived from gaps, and the newest day of work.
-- parameters: from_on, to_on, projects, teams, people, roles, methods, stages, today

with used as (
    select
        cast(coalesce(sum(events), 0) as bigint) as used, cast(coalesce(sum(timed_events), 0) as bigint) as timed,
        cast(coalesce(sum(timed_events) filter (where time_kind = 'gap-derived' and not is_summed), 0) as bigint)
            as gap_timed
    from filtered_work($from_on, $to_on, $projects, $teams, $people, $roles)
    where (len($methods) = 0 or list_contains($methods, method)) and (len($stages) = 0 or list_contains($stages, stage))
), held as (
    select source, day_on, events from labeling_day where outcome <> 'assigned'
    union all
    select source, day_on, events from rolled_work
), stored as (
    select
        cast(coalesce(sum(events), 0) as bigint) as stored, max(day_on) filter (where day_on <= $today) as as_of,
        cast(coalesce(sum(events) filter (where day_on > $today), 0) as bigint) as future,
        max(day_on) filter (where day_on > $today) as future_to,
        string_agg(distinct source, ', ' order by source) as sources
    from held
), files as (
    select
        cast(coalesce(sum(rejected), 0) as bigint) as rejected, cast(coalesce(sum(duplicate), 0) as bigint) as duplicate
    from import
    where undone_at is null and kind = 'labeling_event'
)
select
    used.used, used.timed, used.gap_timed, stored.stored, stored.as_of, stored.future, stored.future_to, stored.sources,
    files.rejected, files.duplicate
from used cross join stored cross join files
order by used.used
