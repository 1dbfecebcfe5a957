-- title: What a selection of runs holds
-- unit: runs
-- note: One row: finished runs that name their labels inside the filters and all runs, rows that were not accepted, and the newest day.
-- parameters: to_on, projects, today

with run as (
    select
        source, day_on,
        state = 'finished' and labels_used is not null and value is not null
            and is_in_period(day_on, null, $to_on)
            and (len($projects) = 0 or list_contains($projects, project)) as is_used
    from experiment_run
), stored as (
    select
        count(*) filter (where is_used) as used, count(*) as stored, max(day_on) filter (where day_on <= $today) as as_of,
        count(*) filter (where day_on > $today) as future, max(day_on) filter (where day_on > $today) as future_to,
        string_agg(distinct source, ', ' order by source) as sources
    from run
), files as (
    select
        cast(coalesce(sum(rejected), 0) as bigint) as rejected, cast(coalesce(sum(duplicate), 0) as bigint) as duplicate
    from import
    where undone_at is null and kind = 'experiment_run'
)
select stored.used, stored.stored, stored.as_of, stored.future, stored.future_to, stored.sources, files.rejected, files.duplicate
from stored cross join files
order by stored.used
