-- title: Totals under each rule for overlapping entries
-- unit: hours
-- note: What hours and labeling share are under each rule for overlapping entries of one person; one rule is in force. Both count in full; or overlapping time is shared evenly; or it counts for the entry that began first, and a later one gives way; or each entry ends where the next begins, which also ends a long entry at a short one within it. Overlaps with entries outside the filters count, too. Entries that have no clock or name nobody cannot be judged, and none of the rules changes them: they are counted. Labeling is {labeling side}; modeling is {modeling side}.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with entry as materialized (
    select
        filtered.entry_key, filtered.day_on, filtered.seconds + filtered.overlap_seconds as seconds, category_side.side,
        filtered.category, filtered.begun,
        -- The hours after midnight are judged as those before it, which the filters may leave out.
        coalesce(
            bool_or(is_judged(filtered.started_at, filtered.started_local, filtered.day_on, filtered.person_name))
                filter (where filtered.begun = 1) over (partition by filtered.entry_key),
            is_judged(filtered.started_at, null, filtered.day_on, filtered.person_name)
        ) as is_judged
    from filtered_entries($from_on, $to_on, $projects, $teams, $people, $roles, $categories) as filtered
    left join category_side on category_side.category = filtered.category
), total as (
    select
        coalesce(sum(seconds), 0) as seconds, coalesce(sum(seconds) filter (where is_judged), 0) as judged_seconds,
        coalesce(sum(begun) filter (where not is_judged), 0) as entries_not_judged,
        coalesce(sum(seconds) filter (where side = 'labeling'), 0) as labeling_seconds,
        coalesce(sum(seconds) filter (where side is not null), 0) as both_seconds,
        coalesce(sum(seconds) filter (where category = 'uncategorized'), 0) as open_seconds,
        count(*) as entries
    from entry
), taken as (
    select
        overlap_taken.rule, sum(overlap_taken.seconds) as seconds, count(distinct entry.entry_key) as entries,
        coalesce(sum(overlap_taken.seconds) filter (where entry.side = 'labeling'), 0) as labeling_seconds,
        coalesce(sum(overlap_taken.seconds) filter (where entry.side is not null), 0) as both_seconds,
        coalesce(sum(overlap_taken.seconds) filter (where entry.category = 'uncategorized'), 0) as open_seconds
    from overlap_taken
    inner join entry
        on entry.entry_key = (overlap_taken.import_id, overlap_taken.source_key, overlap_taken.occurrence)
        and entry.day_on = overlap_taken.day_on
    group by 1
), ruled as (
    select
        kind.place, kind.rule, coalesce(taken.entries, 0) as entries, coalesce(taken.seconds, 0) as taken_seconds,
        total.entries_not_judged, total.judged_seconds, total.seconds as full_seconds,
        total.seconds - coalesce(taken.seconds, 0) as seconds,
        total.labeling_seconds - coalesce(taken.labeling_seconds, 0) as labeling_seconds,
        total.both_seconds - coalesce(taken.both_seconds, 0) as both_seconds,
        total.open_seconds - coalesce(taken.open_seconds, 0) as open_seconds
    from total
    cross join (
        values (1, 'both in full'), (2, 'shared evenly'), (3, 'for the one that began first'), (4, 'until the next begins')
    ) as kind(place, rule)
    left join taken on taken.rule = kind.rule
    where total.entries > 0
)
select
    rule, rule = overlap_rule() as in_force, entries, hours(seconds) as hours, hours(taken_seconds) as hours_taken_away,
    hours(labeling_seconds) as numerator_hours, hours(both_seconds) as denominator_hours,
    hours(open_seconds) as open_hours,
    settled_share(labeling_seconds, both_seconds, open_seconds, both_seconds + open_seconds) as share,
    lowest_share(labeling_seconds, both_seconds, open_seconds, both_seconds + open_seconds) as share_low,
    highest_share(labeling_seconds, both_seconds, open_seconds, both_seconds + open_seconds) as share_high,
    share_of(labeling_seconds, both_seconds)
        - share_of(first_value(labeling_seconds) over by_place, first_value(both_seconds) over by_place) as effect,
    entries_not_judged, share_of(judged_seconds, full_seconds) as clock_share
from ruled
window by_place as (order by place)
order by place
