-- title: Import that holds the time entries of another import in other rows
-- note: The same length (to the minute) of the same task; from another format at the same moment in any time zone, or on the same day where one has days only; from the same format of the same person and project, begun in the same minute, or on a day without clock times. Rows with the same slot are matched already. The first 2,000 other rows decide; at least half of those in the earlier import's time must match.

with earlier as (
    select import_id, source as format
    from import
    where import_id <> $import_id and list_contains($formats, source)
), incoming as (
    select row_number() over () as number, $format as format, *
    from (
        select entry.*
        from time_entry as entry
        anti join (
            select source, source_key from time_entry semi join earlier using (import_id)
        ) as known using (source, source_key)
        where entry.import_id = $import_id
        order by entry.day_on, entry.started_at, entry.line
        limit 2000
    )
), near_day as (
    select *, unnest([day_on - 1, day_on, day_on + 1]) as compared_on from incoming
), stored as (
    select entry.*, earlier.format
    from time_entry as entry
    inner join earlier using (import_id)
    anti join (
        select source, source_key from time_entry where import_id = $import_id
    ) as own using (source, source_key)
    where entry.day_on between (select min(day_on) - 1 from incoming) and (select max(day_on) + 1 from incoming)
), pair as (
    select
        incoming.number, stored.import_id,
        incoming.format = stored.format as is_format,
        incoming.started_at is not null and stored.started_at is not null as has_clocks,
        abs(date_diff('second', incoming.started_at, stored.started_at)) as moved,
        incoming.day_on = stored.day_on as is_day,
        incoming.task is not distinct from stored.task and incoming.project is not distinct from stored.project
            and incoming.person is not distinct from stored.person as is_alike,
        incoming.description is not distinct from stored.description as is_described,
        lower(incoming.task) = lower(stored.task) as is_task,
        coalesce(regexp_full_match(coalesce(incoming.task, ''), '\d*') or regexp_full_match(coalesce(stored.task, ''), '\d*'), false) as is_open_task
    from near_day as incoming
    inner join stored
        on stored.day_on = incoming.compared_on and abs(stored.seconds - incoming.seconds) < 60
        and (stored.source <> incoming.source or incoming.native_id is null or stored.native_id is null)
), same_work as (
    select import_id, is_format, count(distinct number) as entries
    from pair
    where case
        when is_format and has_clocks then is_alike and moved between 1 and 59
        when is_format then is_alike and is_described and is_day
        when has_clocks then (is_task and moved <= 50400 and (moved % 900 < 60 or moved % 900 > 840)) or (is_open_task and moved < 60)
        else is_task and is_day
    end
    group by 1, 2
)
select import.import_id as earlier_id, import.file_name, same_work.entries as items
from same_work
inner join import using (import_id)
where same_work.entries >= case when is_format then 2 else 1 end
    and 2 * same_work.entries >= (
        select count(*) from incoming where incoming.day_on between import.first_day - 1 and import.last_day + 1
    )
order by items desc, earlier_id
limit 1
