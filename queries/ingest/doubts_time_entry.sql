-- title: What looks odd in the time entries of an import
-- note: Nothing here is rejected; the lead is told. An overlap is an entry that begins before an earlier one of the same person ends.

with fresh as (
    select person, project, started_at, day_on, seconds from time_entry where import_id = $import_id
), bounds as (
    select min(started_at) as first_at, max(started_at) as last_at from fresh
), timed as (
    select entry.import_id, entry.person, entry.started_at, entry.seconds
    from time_entry as entry, bounds
    where entry.started_at between bounds.first_at - interval 1 day and bounds.last_at + interval 1 day
        and entry.seconds > 0
), followed as (
    select
        import_id, started_at,
        max(started_at + to_seconds(seconds)) over (
            partition by person order by started_at, seconds rows between unbounded preceding and 1 preceding
        ) as busy_until
    from timed
)
select
    (select count(*) from followed where import_id = $import_id and started_at < busy_until) as overlapping,
    (select count(*) from fresh where seconds > 86400) as over_a_day,
    (select count(*) from fresh where seconds > 43200) as over_twelve_hours,
    (select count(*) from fresh where day_on > $today) as in_the_future,
    (select count(*) from fresh where project is null) as without_project,
    (select count(*) from fresh where seconds = 0) as without_length
