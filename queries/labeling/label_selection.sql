-- title: What a selection of labels holds
-- unit: labels
-- note: One row: labels inside and outside the filters, events that were not accepted, times derived from gaps, and the newest day of work.
-- parameters: from_on, to_on, projects, teams, people, roles, methods, today

with used as (
    select count(*) as used, count(annotate_ms) as timed,
        count(annotate_ms) filter (where time_kind = 'gap-derived') as gap_timed
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where (len($methods) = 0 or list_contains($methods, method))
), stored as (
    select count(*) as stored, max(day_on) filter (where day_on <= $today) as as_of,
        count(*) filter (where day_on > $today) as future, max(day_on) filter (where day_on > $today) as future_to, string_agg(distinct source, ', ' order by source) as sources
    from label
), files as (
    select
        cast(coalesce(sum(rejected), 0) as bigint) as rejected, cast(coalesce(sum(duplicate), 0) as bigint) as duplicate
    from import
    where undone_at is null and kind = 'labeling_event'
)
select used.used, used.timed, used.gap_timed, stored.stored, stored.as_of, stored.future, stored.future_to, stored.sources, files.rejected, files.duplicate
from used cross join stored cross join files
order by used.used
