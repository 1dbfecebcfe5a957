-- title: Who has not finished a week
-- unit: hours
-- note: People and weeks that are over with less than 80% of the capacity tracked, and those whose weekly hours are not known, so that nobody can tell. Missing is capacity less tracked time; it may be time off that nobody entered. The newest week comes first; people stand in no order of rank. Project and category filters do not apply.
-- parameters: from_on, to_on, teams, people, roles

select
    week_on, person_name as person, team, role, state,
    tracked_seconds, hours(tracked_seconds) as tracked_hours,
    capacity_seconds, hours(capacity_seconds) as capacity_hours,
    hours(capacity_seconds - covered_seconds) as missing_hours,
    covered_seconds / nullif(capacity_seconds, 0) as coverage
from person_week_state($from_on, $to_on, $teams, $people, $roles)
where is_over and state <> 'finished'
order by week_on desc, md5(person_name), person_name, team, role
