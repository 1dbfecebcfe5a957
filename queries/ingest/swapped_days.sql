-- title: Known entries that stand in an import with day and month swapped
-- note: Same person, texts, length and clock. Only a file without a day after the 12th can be read both ways, and only one whose days lie closer together the other way looks misread; any other has no row here. stored counts the known entries that would lie in the file's days, unmoved those that stand where they stood.

with incoming as (
    select
        rowid as row_id, hash(told_name, client, project, task, description, tags, seconds) as text_key, day_on,
        make_date(year(day_on), day(day_on), month(day_on)) as swapped_on,
        started_local - date_trunc('day', started_local) as clock
    from time_entry
    where import_id = $import_id
        and (select max(day(day_on)) from time_entry where import_id = $import_id) <= 12
    order by day_on
    limit 2000
), bounds as (
    select min(day_on) as first_on, max(day_on) as last_on, max(swapped_on) - min(swapped_on) as swapped_days
    from incoming
), stored as (
    select
        import_id, hash(told_name, client, project, task, description, tags, seconds) as text_key, day_on,
        started_local - date_trunc('day', started_local) as clock
    from time_entry
    where source = $source and import_id <> $import_id and day(day_on) <= 12
), matched as (
    select
        count(distinct incoming.row_id) filter (stored.day_on <> incoming.day_on) as entries,
        count(distinct incoming.row_id) filter (stored.day_on = incoming.day_on) as unmoved,
        mode(stored.import_id) filter (stored.day_on <> incoming.day_on) as earlier_id
    from incoming
    inner join stored
        on stored.text_key = incoming.text_key and stored.clock is not distinct from incoming.clock
        and stored.day_on in (incoming.day_on, incoming.swapped_on)
)
select
    entries, unmoved, earlier_id,
    (
        select count(*) from stored, bounds
        where day(day_on) <> month(day_on)
            and make_date(year(day_on), day(day_on), month(day_on)) between first_on and last_on
    ) as stored
from matched, bounds
where swapped_days < last_on - first_on
