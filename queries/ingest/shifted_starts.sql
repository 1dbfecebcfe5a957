-- title: Known entries that stand in an import at another time
-- note: Same person, texts and length, started up to 14 hours apart, by quarters of an hour. entries counts those moved by the same constant (an hour more or less across a change of clocks counts too), stored the known entries that would then lie in the file's time, unmoved those that stand where they stood. The first 2,000 rows decide.

with first_row as (
    select rowid as row_id, started_at
    from time_entry
    where import_id = $import_id and started_at is not null
    order by started_at
    limit 2000
), incoming as (
    select
        first_row.row_id, hash(told_name, client, project, task, description, tags, seconds) as text_key,
        first_row.started_at
    from time_entry inner join first_row on time_entry.rowid = first_row.row_id
), told as (
    select distinct coalesce(told_name, '') as name from time_entry where import_id = $import_id
), bounds as (
    select min(started_at) as first_at, max(started_at) as last_at from incoming
), stored as (
    select
        entry.import_id, entry.zone, hash(told_name, client, project, task, description, tags, seconds) as text_key,
        entry.started_at
    from time_entry as entry, bounds
    where entry.source = $source and entry.import_id <> $import_id
        and entry.started_at between bounds.first_at - interval 15 hour and bounds.last_at + interval 15 hour
        and coalesce(entry.told_name, '') in (select name from told)
), moved_row as (
    select
        incoming.row_id, cast(date_diff('minute', stored.started_at, incoming.started_at) as bigint) as minutes,
        mode(stored.import_id) as earlier_id, any_value(stored.zone) as zone
    from incoming
    inner join stored on stored.text_key = incoming.text_key
    where abs(date_diff('minute', stored.started_at, incoming.started_at)) <= 840
        and date_diff('minute', stored.started_at, incoming.started_at) % 15 = 0
    group by 1, 2
), pair as materialized (  -- else all before it is planned anew at each of the five places that read it
    select minutes, count(*) as entries, mode(earlier_id) as earlier_id, any_value(zone) as zone
    from moved_row
    group by 1
), near as (
    select pair.minutes, moved_row.minutes as near_minutes, count(*) as entries
    from pair
    inner join moved_row on abs(moved_row.minutes - pair.minutes) = 60 and moved_row.minutes <> 0
    anti join moved_row as same on same.row_id = moved_row.row_id and same.minutes = pair.minutes
    group by 1, 2
), moved as (
    select
        pair.minutes, pair.earlier_id, pair.zone,
        pair.entries + coalesce((select max(near.entries) from near where near.minutes = pair.minutes), 0) as entries,
        coalesce((select unmoved.entries from pair as unmoved where unmoved.minutes = 0), 0) as unmoved,
        (
            select count(*) from stored, bounds
            where stored.started_at + to_minutes(pair.minutes) between bounds.first_at and bounds.last_at
        ) as stored
    from pair
    where pair.minutes <> 0
)
select minutes, earlier_id, zone, entries, unmoved, stored
from moved
order by entries desc, abs(minutes), minutes
limit 1
