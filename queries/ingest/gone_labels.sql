-- title: Labels that earlier pulls hold and the server has no longer
-- note: gone_cover lists the items that were pulled whole, with when they changed. Drafts and assignments of others are not shown to everybody, so they cannot be missing.

insert into holding by name
with stored as (
    select source, source_key, project, item, stage, outcome, import_id from labeling_event
    union all
    select source, source_key, project, item, stage, outcome, import_id from labeling_event_superseded
), own as (
    select source, source_key from stored where import_id = $import_id
    union all
    select source, source_key from holding where import_id = $import_id and kind = 'labeling_event'
)
select distinct
    $import_id as import_id, 'labeling_event' as kind, stored.source, stored.source_key,
    cast(null as ubigint) as content_key, cast(0 as bigint) as line, gone_cover.changed_at
from stored
semi join pulled_slot using (source, source_key)
inner join gone_cover on gone_cover.item = stored.item and gone_cover.project is not distinct from stored.project
anti join own on own.source = stored.source and own.source_key = stored.source_key
where stored.stage = 'annotate' and stored.outcome not in ('draft', 'assigned')
