-- title: The entries of an import and those near them in time
-- note: Entries from a day before its first to a day after its last, to find overlaps. Entries without a person are left out, since they may belong to several people.

with bounds as (
    select min(started_at) - interval 1 day as first_at, max(started_at) + interval 1 day as last_at
    from time_entry
    where import_id = $import_id
)
select
    entry.person,
    epoch_us(entry.started_at) as began,
    epoch_us(entry.started_at) + entry.seconds * 1000000 as ended,
    entry.import_id = $import_id as fresh
from time_entry as entry, bounds
where entry.started_at between bounds.first_at and bounds.last_at and entry.seconds > 0
    and entry.person is not null
