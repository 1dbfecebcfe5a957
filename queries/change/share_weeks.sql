-- title: Labeling, modeling and all tracked time by person and week
-- unit: seconds
-- note: The verdict on a change clusters these rows by people and weeks. Open time is not sorted yet (uncategorized).
-- parameters: from_on, to_on, projects, teams, people, roles

select
    tracked.person_name as person, week_of(tracked.day_on) as week_on, tracked.role,
    cast(coalesce(sum(tracked.seconds) filter (where category_side.side = 'labeling'), 0) as bigint) as labeling_seconds,
    cast(coalesce(sum(tracked.seconds) filter (where category_side.side is not null), 0) as bigint) as both_seconds,
    cast(coalesce(sum(tracked.seconds) filter (where tracked.category = 'uncategorized'), 0) as bigint) as open_seconds,
    cast(sum(tracked.seconds) as bigint) as tracked_seconds
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[])) as tracked
left join category_side on category_side.category = tracked.category
group by 1, 2, 3
order by 1, 2, 3
