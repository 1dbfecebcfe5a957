-- title: What a selection contains
-- unit: entries
-- note: One row: entries inside and outside the filters, rows that were not accepted, the newest day, and how many people have known weekly hours.
-- parameters: from_on, to_on, projects, teams, people, roles, categories, today

with used as (
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
        sum(covered_seconds) filter (where capacity_seconds is not null) / nullif(sum(capacity_seconds), 0) as coverage
    from person_week($from_on, $to_on, $teams, $people, $roles)
), roles as (
    select count(*) as people_with_role from person where role <> 'unknown'
)
select
    used.used, used.used_seconds, used.has_engineers, stored.stored, stored.as_of, stored.future, stored.future_to, stored.sources, files.rejected,
    files.duplicate, weeks.people, weeks.people_known, weeks.coverage, roles.people_with_role
from used cross join stored cross join files cross join weeks cross join roles
order by used.used
