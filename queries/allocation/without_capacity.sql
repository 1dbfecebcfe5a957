-- title: Time that cannot be turned into FTE
-- unit: hours
-- note: One row per person with time in weeks for which no weekly hours are known, or that were wholly time off.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with capacity_week as (
    select week_on, person_name
    from person_week($from_on, $to_on, $teams, $people, $roles)
    group by 1, 2
    having sum(capacity_seconds) > 0
)
select
    tracked.person_name as person,
    cast(sum(tracked.seconds) as bigint) as seconds,
    hours(sum(tracked.seconds)) as hours,
    cast(sum(tracked.entries) as bigint) as entries
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories) as tracked
anti join capacity_week
    on capacity_week.week_on = week_of(tracked.day_on)
    and capacity_week.person_name = tracked.person_name
group by 1
order by 1
