-- title: Full-time equivalents of each person, week, project and category
-- note: fte is hours over the larger of capacity and tracked hours of that person and week, so at most 1 a person and week; weeks is the number of weeks in which anybody selected had capacity. Person-weeks without known capacity are not here, see without_capacity.

create or replace macro full_time(from_on, to_on, projects, teams, people, roles, categories) as table
with full_week as (
    select week_on, person_name, greatest(sum(capacity_seconds), sum(tracked_seconds)) as full_seconds
    from person_week(from_on, to_on, teams, people, roles)
    group by 1, 2
    having sum(capacity_seconds) > 0
), span as (
    select count(distinct week_on) as weeks
    from full_week
), tracked as (
    select
        week_of(day_on) as week_on, person_name, team, project, category,
        cast(sum(seconds) as bigint) as seconds
    from filtered_time(from_on, to_on, projects, teams, people, roles, categories)
    group by 1, 2, 3, 4, 5
)
select
    tracked.week_on, tracked.person_name, tracked.team, tracked.project, tracked.category, tracked.seconds,
    tracked.seconds / full_week.full_seconds as fte, span.weeks
from tracked
inner join full_week on full_week.week_on = tracked.week_on and full_week.person_name = tracked.person_name
cross join span;
