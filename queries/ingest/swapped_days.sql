-- title: Known entries that stand in an import with day and month swapped
-- note: Same person, texts, length and clock. swappable counts the rows whose day could be a month; unmoved those that stand where they stood.

with incoming as (
    select
        rowid as row_id, hash(told_name, client, project, task, description, tags, seconds) as text_key, day_on,
        started_local - date_trunc('day', started_local) as clock
    from time_entry
    where import_id = $import_id and day(day_on) <= 12 and day(day_on) <> month(day_on)
    order by day_on
    limit 2000
), stored as (
    select
        import_id, hash(told_name, client, project, task, description, tags, seconds) as text_key, day_on,
        started_local - date_trunc('day', started_local) as clock
    from time_entry
    where source = $source and import_id <> $import_id
), matched as (
    select incoming.row_id, stored.import_id, stored.day_on = incoming.day_on as is_unmoved
    from incoming
    inner join stored
        on stored.text_key = incoming.text_key and stored.clock is not distinct from incoming.clock
        and stored.day_on in (incoming.day_on, make_date(year(incoming.day_on), day(incoming.day_on), month(incoming.day_on)))
)
select
    (select count(*) from incoming) as swappable,
    count(distinct row_id) filter (not is_unmoved) as entries,
    count(distinct row_id) filter (is_unmoved) as unmoved,
    mode(import_id) filter (not is_unmoved) as earlier_id
from matched
