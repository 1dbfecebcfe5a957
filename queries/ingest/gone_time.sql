-- title: Entries of some days, or of some numbers, that earlier pulls hold and the tracker has no longer

insert into holding by name
with stored as (
    select source, source_key, native_id, day_on, import_id from time_entry
    union all
    select source, source_key, native_id, day_on, import_id from time_entry_superseded
), own as (
    select source, source_key from stored where import_id = $import_id
    union all
    select source, source_key from holding where import_id = $import_id and kind = 'time_entry'
)
select distinct
    $import_id as import_id, 'time_entry' as kind, stored.source, stored.source_key,
    cast(null as ubigint) as content_key, cast(0 as bigint) as line, cast(null as timestamp) as changed_at
from stored
semi join pulled_slot using (source, source_key)
anti join own on own.source = stored.source and own.source_key = stored.source_key
where stored.day_on between cast($first_on as date) and cast($last_on as date)
    or list_contains(cast($numbers as varchar[]), stored.native_id)
