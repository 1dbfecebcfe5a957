-- title: Entries of one person that overlap
-- unit: seconds
-- note: Entries with a clock time that begin before an earlier entry of the same person has ended. The sheet `overlaps` says how they count: both in full, unless somebody chose another rule.
-- parameters: from_on, to_on, projects, teams, people, roles, categories, limit

with clocked as (
    select
        import_id, line, person_name, day_on, started_at, project, entry_seconds,
        started_at + to_seconds(entry_seconds) as ended_at
    from filtered_entries($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
    where started_at is not null and person_name <> '(nobody named)'
        and (started_local is null or cast(started_local as date) = day_on)
), beside_earlier as (
    select
        import_id, line, person_name, day_on, started_at, project, entry_seconds, ended_at,
        max(ended_at) over earlier as earlier_ended_at,
        arg_max(import_id, ended_at) over earlier as earlier_import_id,
        arg_max(line, ended_at) over earlier as earlier_line
    from clocked
    window earlier as (
        partition by person_name order by started_at, import_id, line
        rows between unbounded preceding and 1 preceding
    )
)
select
    person_name as person, day_on, import_id, line, project, earlier_import_id, earlier_line,
    cast(date_diff('second', started_at, least(ended_at, earlier_ended_at)) as bigint) as seconds,
    hours(date_diff('second', started_at, least(ended_at, earlier_ended_at))) as hours,
    count(*) over () as found
from beside_earlier
where earlier_ended_at > started_at and entry_seconds > 0
order by day_on desc, person_name, import_id, line
limit $limit
