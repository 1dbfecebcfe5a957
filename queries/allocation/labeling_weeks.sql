-- title: Labeling time and all tracked time by person and week
-- unit: seconds
-- note: The claim check clusters these rows by people and weeks; capacity is empty if the weekly hours are not known.
-- parameters: from_on, to_on, teams, people, roles

with tracked as (
    select
        week_of(time.day_on) as week_on, time.person_name,
        cast(coalesce(sum(time.seconds) filter (where category_side.side = 'labeling'), 0) as bigint)
            as labeling_seconds,
        cast(coalesce(sum(time.seconds) filter (where time.category = 'uncategorized'), 0) as bigint)
            as uncategorized_seconds
    from filtered_time(
        $from_on, $to_on, cast([] as varchar[]), $teams, $people, $roles, cast([] as varchar[])
    ) as time
    left join category_side on category_side.category = time.category
    group by 1, 2
)
select
    week.person_name as person, week.week_on, week.role,
    coalesce(tracked.labeling_seconds, 0) as labeling_seconds,
    coalesce(tracked.uncategorized_seconds, 0) as uncategorized_seconds,
    week.tracked_seconds, week.covered_seconds, week.capacity_seconds
from person_week($from_on, $to_on, $teams, $people, $roles) as week
left join tracked on tracked.week_on = week.week_on and tracked.person_name = week.person_name
order by week.person_name, week.week_on, week.team, week.role
