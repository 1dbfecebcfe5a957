-- title: What a selection contains
-- unit: entries
-- note: One row: entries inside and outside the filters, rows that were not accepted, the newest day, how many people have known weekly hours, and the hours tracked in weeks without any capacity; of those people, who tracked nothing for more than three weeks at the end, and who never did.
-- parameters: from_on, to_on, projects, teams, people, roles, categories, today

with week as materialized (
    select person_name, week_on, capacity_seconds, covered_seconds, tracked_seconds
    from person_week($from_on, $to_on, $teams, $people, $roles)
), used as (
    select
        cast(coalesce(sum(entries), 0) as bigint) as used, cast(coalesce(sum(seconds), 0) as bigint) as used_seconds,
        count(distinct role) filter (where role = 'engineer') > 0 as has_engineers
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
), stored as (
    select
        cast(coalesce(sum(entries), 0) as bigint) as stored, max(day_on) filter (where day_on <= $today) as as_of,
        cast(coalesce(sum(entries) filter (where day_on > $today), 0) as bigint) as future,
        max(day_on) filter (where day_on > $today) as future_to,
        string_agg(distinct source, ', ' order by source) as sources
    from time_day
), files as (
    select
        cast(coalesce(sum(rejected), 0) as bigint) as rejected, cast(coalesce(sum(duplicate), 0) as bigint) as duplicate
    from import
    where undone_at is null and kind = 'time_entry'
), weeks as (
    select
        count(distinct person_name) as people,
        count(distinct person_name) filter (where capacity_seconds is not null) as people_known,
        sum(covered_seconds) filter (where capacity_seconds is not null) / nullif(sum(capacity_seconds), 0) as coverage,
        hours(sum(tracked_seconds) filter (where capacity_seconds = 0)) as hours_without_capacity
    from week
), person_span as (
    select
        person_name, max(week_on) filter (where capacity_seconds > 0) as offered_on,
        max(week_on) filter (where tracked_seconds > 0) as tracked_on, min(week_on) as week_on
    from week
    group by person_name
), stopped as (
    select count(*) as people_stopped
    from person_span
    where offered_on - coalesce(tracked_on, week_on - 7) > 21
), never as (
    select count(*) as people_never
    from person
    where person.active_from is null
        and person.person_id in (select capacity.person_id from capacity where capacity.weekly_hours > 0)
        and person.name not in (select named.person_name from named_person as named where named.person in (select time_day.person from time_day))
        and (len($teams) = 0 or list_contains($teams, coalesce(person.team, '(no team)')))
        and (len($people) = 0 or list_contains($people, person.name))
        and (len($roles) = 0 or list_contains($roles, person.role))
), roles as (
    select count(*) as people_with_role from person where role <> 'unknown'
)
select
    used.used, used.used_seconds, used.has_engineers, stored.stored, stored.as_of, stored.future, stored.future_to, stored.sources, files.rejected,
    files.duplicate, weeks.people, weeks.people_known, weeks.coverage, weeks.hours_without_capacity, stopped.people_stopped, never.people_never, roles.people_with_role
from used cross join stored cross join files cross join weeks cross join stopped cross join never cross join roles
order by used.used
