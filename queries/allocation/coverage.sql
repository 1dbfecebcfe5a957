-- title: Coverage by person
-- unit: share of capacity
-- note: Tracked time divided by capacity over the same days; empty if the weekly hours are not known. Weeks of 0 weekly hours or wholly of time off are left out: there is nothing to cover. Capacity counts from a person's first day in the log, or the one entered, to the last day of the whole log, unless a leaving day is entered. Project and category filters do not apply.
-- parameters: from_on, to_on, teams, people, roles

with summed as (
    select
        person_name, team, role,
        cast(sum(tracked_seconds) as bigint) as tracked_seconds,
        cast(sum(covered_seconds) as bigint) as covered_seconds,
        cast(sum(capacity_seconds) as bigint) as capacity_seconds
    from person_week($from_on, $to_on, $teams, $people, $roles)
    group by 1, 2, 3
)
select
    person_name as person, team, role, tracked_seconds, hours(tracked_seconds) as tracked_hours,
    capacity_seconds, hours(capacity_seconds) as capacity_hours,
    case when capacity_seconds is not null then covered_seconds end as covered_seconds,
    covered_seconds / nullif(capacity_seconds, 0) as coverage
from summed
order by coverage nulls last, person_name, team, role
