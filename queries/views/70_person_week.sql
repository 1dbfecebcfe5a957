-- title: Tracked time and capacity of each person and week
-- note: capacity_seconds is null where the weekly hours are unknown; covered_seconds is the tracked time on days that have a known capacity (and their weekends), so that covered / capacity compares the same people and days; 0 in weeks without any capacity, of which no share can be covered.

create or replace macro person_week(from_on, to_on, teams, people, roles) as table
with offered as (
    select day_on, person_name, team, role, seconds
    from capacity_day(from_on, to_on)
    where (len(teams) = 0 or list_contains(teams, team))
        and (len(people) = 0 or list_contains(people, person_name))
        and (len(roles) = 0 or list_contains(roles, role))
), known_span as (
    select
        person_name,
        case when isodow(min(day_on)) = 1 then min(day_on) - 2 else min(day_on) end as first_on,
        case when isodow(max(day_on)) = 5 then max(day_on) + 2 else max(day_on) end as last_on
    from offered
    group by person_name
), offered_week as (
    select
        week_of(day_on) as week_on, person_name, team, role,
        cast(sum(seconds) as bigint) as capacity_seconds
    from offered
    group by 1, 2, 3, 4
), tracked_week as (
    select
        week_of(tracked.day_on) as week_on, tracked.person_name, tracked.team, tracked.role,
        cast(sum(tracked.seconds) as bigint) as tracked_seconds,
        cast(coalesce(sum(tracked.seconds) filter (
            where tracked.day_on between known_span.first_on and known_span.last_on
        ), 0) as bigint) as covered_seconds
    from filtered_time(
        from_on, to_on, cast([] as varchar[]), teams, people, roles, cast([] as varchar[])
    ) as tracked
    left join known_span on known_span.person_name = tracked.person_name
    group by 1, 2, 3, 4
)
select
    week_on, person_name, team, role,
    coalesce(tracked_week.tracked_seconds, 0) as tracked_seconds,
    if(offered_week.capacity_seconds = 0, 0, coalesce(tracked_week.covered_seconds, 0)) as covered_seconds,
    offered_week.capacity_seconds
from tracked_week
full join offered_week using (week_on, person_name, team, role);
