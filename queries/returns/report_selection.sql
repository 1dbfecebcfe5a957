-- title: What a selection of reports and synthetic labels holds
-- unit: scores and labels
-- note: One row: scores of reports and finished synthetic labels inside the filters, and all of them, rows of reports that were not accepted, and the newest day.
-- parameters: from_on, to_on, projects, today

with stored_row as (
    select source, day_on, project from quality_report
    union all
    select source, day_on, project from label where method = 'synthetic' and is_produced
), stored as (
    select
        count(*) filter (
            where (day_on is null or is_in_period(day_on, $from_on, $to_on))
                and (len($projects) = 0 or project is null or list_contains($projects, project))
        ) as used,
        count(*) as stored, max(day_on) filter (where day_on <= $today) as as_of,
        count(*) filter (where day_on > $today) as future, max(day_on) filter (where day_on > $today) as future_to, string_agg(distinct source, ', ' order by source) as sources
    from stored_row
), files as (
    select
        cast(coalesce(sum(rejected), 0) as bigint) as rejected, cast(coalesce(sum(duplicate), 0) as bigint) as duplicate
    from import
    where undone_at is null and kind = 'quality_report'
)
select stored.used, stored.stored, stored.as_of, stored.future, stored.future_to, stored.sources, files.rejected, files.duplicate
from stored cross join files
order by stored.used
