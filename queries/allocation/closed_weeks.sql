-- title: Labeling share over closed weeks
-- unit: share of hours
-- note: A week is closed once it is over and everybody tracked 80% of the capacity or more, open where somebody did not or it is not over, and unknown where the others finished but the weekly hours of somebody are not known. Labeling is {labeling side}; modeling is {modeling side}. A share is empty where the hours that are not sorted yet could move it by more than 5 points; then its range is the answer. The filter on projects narrows the hours, not who has to finish a week.
-- parameters: from_on, to_on, projects, teams, people, roles

with week as (
    select
        week_on, count(*) as people, count(*) filter (where state = 'finished') as people_finished,
        count(*) filter (where state = 'unknown') as people_unknown,
        sum(covered_seconds) filter (where capacity_seconds is not null) as covered_seconds,
        sum(capacity_seconds) as capacity_seconds,
        case
            when not bool_and(is_over) or bool_or(state = 'not finished') then 'open'
            when bool_or(state = 'unknown') then 'unknown'
            else 'closed'
        end as state
    from person_week_state($from_on, $to_on, $teams, $people, $roles)
    group by 1
), tracked as (
    select
        week_of(time.day_on) as week_on,
        sum(time.seconds) as tracked_seconds,
        coalesce(sum(time.seconds) filter (where category_side.side = 'labeling'), 0) as labeling_seconds,
        coalesce(sum(time.seconds) filter (where category_side.side is not null), 0) as both_seconds,
        coalesce(sum(time.seconds) filter (where time.category = 'uncategorized'), 0) as open_seconds
    from filtered_time(
        $from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[])
    ) as time
    left join category_side on category_side.category = time.category
    group by 1
), cut as (
    select 1 as place, 'all weeks' as scope, week.* exclude (state) from week
    union all
    select case state when 'closed' then 2 when 'open' then 3 else 4 end, state || ' weeks', week.* exclude (state) from week
)
select
    cut.scope, count(*) as weeks, cast(sum(cut.people) as bigint) as person_weeks,
    cast(sum(cut.people_finished) as bigint) as finished, cast(sum(cut.people_unknown) as bigint) as hours_unknown,
    sum(cut.covered_seconds) / nullif(sum(cut.capacity_seconds), 0) as coverage,
    hours(coalesce(sum(tracked.tracked_seconds), 0)) as tracked_hours,
    hours(coalesce(sum(tracked.labeling_seconds), 0)) as numerator_hours,
    hours(coalesce(sum(tracked.both_seconds), 0)) as denominator_hours,
    hours(coalesce(sum(tracked.open_seconds), 0)) as open_hours,
    settled_share(
        sum(tracked.labeling_seconds), sum(tracked.both_seconds), sum(tracked.open_seconds),
        sum(tracked.both_seconds + tracked.open_seconds)
    ) as share,
    lowest_share(
        sum(tracked.labeling_seconds), sum(tracked.both_seconds), sum(tracked.open_seconds),
        sum(tracked.both_seconds + tracked.open_seconds)
    ) as share_low,
    highest_share(
        sum(tracked.labeling_seconds), sum(tracked.both_seconds), sum(tracked.open_seconds),
        sum(tracked.both_seconds + tracked.open_seconds)
    ) as share_high
from cut
left join tracked using (week_on)
group by cut.place, cut.scope
order by cut.place
