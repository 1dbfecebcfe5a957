-- title: Full-time equivalents by week and category
-- unit: FTE
-- note: Hours divided by the capacity of the same person and week, at most 1 a person and week; only people whose weekly hours are known, only weeks in which they had capacity.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with tracked as (
    select
        cast(date_trunc('week', day_on) as date) as week_on, person_name, category,
        cast(sum(seconds) as bigint) as seconds
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
    group by 1, 2, 3
), full_weeks as (
    select week_on, person_name, sum(tracked_seconds) as tracked_seconds, sum(capacity_seconds) as capacity_seconds
    from person_week($from_on, $to_on, $teams, $people, $roles)
    group by 1, 2
    having sum(capacity_seconds) > 0
)
select
    tracked.week_on, tracked.category,
    sum(tracked.seconds / greatest(full_weeks.capacity_seconds, full_weeks.tracked_seconds)) as fte,
    cast(sum(tracked.seconds) as bigint) as seconds,
    sum(tracked.seconds) / 3600.0 as hours,
    count(distinct tracked.person_name) as people
from tracked
inner join full_weeks on full_weeks.week_on = tracked.week_on and full_weeks.person_name = tracked.person_name
group by 1, 2
order by 1, 2
