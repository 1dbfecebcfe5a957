-- title: Known entries that stand in an import with day and month swapped
-- note: Same person, texts, length and clock. For files without a day after the 12th: only these can be read both ways, and only one whose matching days lie no further apart the other way looks misread; where neither it nor the import that holds its entries does, there is no row. stored counts the known entries that would lie in the file's days, unmoved those that stand where they stood.

with incoming as (
    select
        rowid as row_id, hash(told_name, client, project, task, description, tags, seconds) as text_key, day_on,
        make_date(year(day_on), day(day_on), month(day_on)) as swapped_on,
        started_local - date_trunc('day', started_local) as clock
    from time_entry
    where import_id = $import_id
    order by day_on
    limit 2000
), bounds as (
    select min(day_on) as first_on, max(day_on) as last_on
    from incoming
), stored as (
    select
        import_id, hash(told_name, client, project, task, description, tags, seconds) as text_key, day_on,
        started_local - date_trunc('day', started_local) as clock
    from time_entry
    semi join (select day_on from incoming union select swapped_on from incoming) as compared_day using (day_on)
    where source = $source and import_id <> $import_id
), stored_day as (
    select
        import_id, day_on, count(*) as entries,
        case when day(day_on) <= 12 then make_date(year(day_on), day(day_on), month(day_on)) end as swapped_on
    from time_entry
    where source = $source and import_id <> $import_id
    group by import_id, day_on
), misread as (
    select import_id
    from stored_day
    group by 1
    having max(day(day_on)) <= 12
        and max(swapped_on) - min(swapped_on) <= max(day_on) - min(day_on)
        and max(day_on) > min(day_on)
), matched as (
    select
        count(distinct incoming.row_id) filter (stored.day_on <> incoming.day_on) as entries,
        count(distinct incoming.row_id) filter (stored.day_on = incoming.day_on) as unmoved,
        mode(stored.import_id) filter (stored.day_on <> incoming.day_on) as earlier_id,
        max(incoming.day_on) - min(incoming.day_on) as days,
        max(incoming.swapped_on) - min(incoming.swapped_on) as swapped_days
    from incoming
    inner join stored
        on stored.text_key = incoming.text_key and stored.clock is not distinct from incoming.clock
        and stored.day_on in (incoming.day_on, incoming.swapped_on)
)
select
    entries, unmoved, earlier_id,
    (
        select cast(coalesce(sum(stored_day.entries), 0) as bigint) from stored_day, bounds
        where swapped_on <> day_on and swapped_on between first_on and last_on
    ) as stored
from matched, bounds
where (swapped_days <= days and days > 0)
    or earlier_id in (select import_id from misread)
