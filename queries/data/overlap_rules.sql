-- title: Totals under each rule for overlapping entries
-- unit: hours
-- note: Where entries of one person overlap, both count in full: that rule is in force everywhere. The others say what the totals would be if overlapping time were shared evenly, counted for the entry that began first, or if each entry ended where the next begins. Overlaps with entries outside the filters count, too. Entries without a clock cannot overlap in the log: the share of hours with a clock says how much was looked at. Labeling is {labeling side}; modeling is {modeling side}.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with clocked as (
    select
        import_id, source_key, occurrence, person_name, started_at, seconds, started_at + to_seconds(seconds) as ended_at
    from categorized_time
    where started_at is not null and person_name <> '(nobody named)' and seconds > 0
), placed as (
    select
        import_id, source_key, occurrence, person_name, started_at, ended_at, seconds,
        greatest(started_at, max(ended_at) over earlier) as free_from,
        least(ended_at, lead(started_at) over in_order) as next_started_at
    from clocked
    window
        in_order as (partition by person_name order by started_at, import_id, source_key, occurrence),
        earlier as (
            partition by person_name order by started_at, import_id, source_key, occurrence
            rows between unbounded preceding and 1 preceding
        )
), overlapping as (
    select
        import_id, source_key, occurrence, person_name, started_at, ended_at, seconds,
        coalesce(greatest(date_diff('second', free_from, ended_at), 0), seconds) as seconds_of_earlier,
        coalesce(date_diff('second', started_at, next_started_at), seconds) as seconds_to_next
    from placed
    where free_from > started_at or next_started_at < ended_at
), boundary as (
    select person_name, moment, sum(step) as step
    from (
        select person_name, started_at as moment, 1 as step from overlapping
        union all
        select person_name, ended_at, -1 from overlapping
    )
    group by 1, 2
), stretch as (
    select
        person_name, moment, sum(step) over in_order as open_entries,
        date_diff('second', moment, lead(moment) over in_order) as seconds
    from boundary
    window in_order as (partition by person_name order by moment)
), paced as (
    -- Seconds that one of the open entries has had by a moment, if each moment is shared evenly.
    select
        person_name, moment,
        coalesce(sum(seconds / nullif(open_entries, 0)) over (
            partition by person_name order by moment rows between unbounded preceding and 1 preceding
        ), 0) as shared_seconds
    from stretch
), resolved as (
    select
        overlapping.import_id, overlapping.source_key, overlapping.occurrence,
        finish.shared_seconds - begin_point.shared_seconds as seconds_shared,
        overlapping.seconds_of_earlier, overlapping.seconds_to_next
    from overlapping
    inner join paced as begin_point
        on begin_point.person_name = overlapping.person_name and begin_point.moment = overlapping.started_at
    inner join paced as finish on finish.person_name = overlapping.person_name and finish.moment = overlapping.ended_at
), entry as (
    select
        filtered.entry_key, filtered.seconds, category_side.side, filtered.category, filtered.started_at is not null as has_clock,
        resolved.import_id is not null as is_overlapping,
        coalesce(resolved.seconds_shared / filtered.entry_seconds, 1) as part_shared,
        coalesce(resolved.seconds_of_earlier / filtered.entry_seconds, 1) as part_of_earlier,
        coalesce(resolved.seconds_to_next / filtered.entry_seconds, 1) as part_to_next
    from filtered_entries($from_on, $to_on, $projects, $teams, $people, $roles, $categories) as filtered
    left join resolved
        on filtered.entry_key = (resolved.import_id, resolved.source_key, resolved.occurrence)
    left join category_side on category_side.category = filtered.category
), ruled as (
    select 1 as place, 'both in full (in force)' as rule, seconds, entry.* exclude (seconds) from entry
    union all
    select 2, 'shared evenly', seconds * part_shared, entry.* exclude (seconds) from entry
    union all
    select 3, 'for the one that began first', seconds * part_of_earlier, entry.* exclude (seconds) from entry
    union all
    select 4, 'until the next begins', seconds * part_to_next, entry.* exclude (seconds) from entry
), summed as (
    select
        place, rule, sum(seconds) as seconds, count(distinct entry_key) filter (where is_overlapping) as entries,
        coalesce(sum(seconds) filter (where has_clock), 0) as clock_seconds,
        coalesce(sum(seconds) filter (where side = 'labeling'), 0) as labeling_seconds,
        coalesce(sum(seconds) filter (where side is not null), 0) as both_seconds,
        coalesce(sum(seconds) filter (where category = 'uncategorized'), 0) as open_seconds
    from ruled
    group by 1, 2
)
select
    rule, entries, hours(seconds) as hours, hours(first_value(seconds) over by_place - seconds) as hours_taken_away,
    hours(labeling_seconds) as numerator_hours, hours(both_seconds) as denominator_hours,
    hours(open_seconds) as open_hours,
    settled_share(labeling_seconds, both_seconds, open_seconds, both_seconds + open_seconds) as share,
    labeling_seconds / nullif(both_seconds + open_seconds, 0) as share_low,
    (labeling_seconds + open_seconds) / nullif(both_seconds + open_seconds, 0) as share_high,
    labeling_seconds / nullif(both_seconds, 0)
        - first_value(labeling_seconds) over by_place / nullif(first_value(both_seconds) over by_place, 0) as effect,
    clock_seconds / nullif(seconds, 0) as clock_share
from summed
window by_place as (order by place)
order by place
