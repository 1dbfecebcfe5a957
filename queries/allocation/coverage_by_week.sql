-- title: Coverage by week
-- unit: share of capacity
-- note: Only people whose weekly hours are known that week and not all off; the others are counted, not estimated. Capacity counts from a person's first day in the log, or the one entered, to the last day of the whole log, unless a leaving day is entered. Project and category filters do not apply.
-- parameters: from_on, to_on, teams, people, roles

select
    week_on,
    count(distinct person_name) as people,
    count(distinct person_name) filter (where capacity_seconds is not null) as people_known,
    cast(sum(tracked_seconds) as bigint) as tracked_seconds,
    hours(sum(tracked_seconds)) as tracked_hours,
    cast(sum(capacity_seconds) as bigint) as capacity_seconds,
    hours(sum(capacity_seconds)) as capacity_hours,
    sum(covered_seconds) filter (where capacity_seconds is not null) / nullif(sum(capacity_seconds), 0) as coverage
from person_week($from_on, $to_on, $teams, $people, $roles)
group by week_on
order by week_on
