-- title: Import that tells the work of another import in other rows
-- note: The same project, item and stage in formats of one tool that tell the same work. The import with the most such items is given.

with incoming as (
    select distinct project, item, stage
    from labeling_event
    where import_id = $import_id and item is not null
)
select
    import.import_id as earlier_id, import.file_name, count(distinct (incoming.project, incoming.item)) as items
from incoming
inner join labeling_event as stored
    on stored.item = incoming.item and stored.stage = incoming.stage
    and stored.project is not distinct from incoming.project
inner join import on import.import_id = stored.import_id
where stored.source = $source and stored.import_id <> $import_id and list_contains($formats, import.source)
group by import.import_id, import.file_name
order by items desc, earlier_id
limit 1
