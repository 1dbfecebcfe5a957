-- title: Import that tells the work of another import in other rows
-- note: The same project, item and stage in formats of one tool that tell the same work; of CVAT the same job or task, or the same shapes on most images of two files; of SageMaker a manifest from the days of the workers' responses, and a worker's answer and task that began or ended in one second; of Encord the people of times by data unit, which name neither project nor day. The import with the most such items is given.

with told as (
    select event.*, coalesce(import.source, $format) as format
    from labeling_event as event
    left join import using (import_id)
    where event.import_id = $import_id or list_contains($formats, import.source)
), work as (
    select
        import_id, import_id = $import_id as is_incoming, format, null as place,
        unnest(case
            when format in ('sagemaker', 'sagemaker_log') then [
                person || ' began ' || date_trunc('second', started_at), person || ' ended ' || date_trunc('second', finished_at)
            ]
            when format = 'cvat_xml' then [regexp_extract(native_id, '^(job|task) \d+')]
            when native_id like 'quality report %' then []
            when format = 'encord_time' and started_at is null then [concat_ws(' ', 'person', person)]
            when format = 'encord' then [concat_ws(' ', 'person', person), concat_ws(chr(31), source, project, item, stage)]
            when format in ('cvat_jobs', 'cvat_events') then ['job ' || item, 'task ' || dataset]
            else [concat_ws(chr(31), source, project, item, stage)]
        end) as item
    from told
    where item is not null
    union all
    select
        import_id, import_id = $import_id, format, regexp_extract(native_id, '^(job|task|project) \d+'),
        concat_ws(chr(31), item, label_kind, answer, objects, method)
    from told
    where format = 'cvat_xml'
    union all
    select import_id, import_id = $import_id, format, if(started_at is null, 'by data unit', 'by period'), person
    from told
    where format = 'encord_time' and person is not null
), same_item as (
    select stored.import_id, count(distinct incoming.item) as items, incoming.place is not null as needs_most
    from work as incoming
    inner join work as stored
        on stored.item = incoming.item and not stored.is_incoming and incoming.is_incoming
        and (incoming.item not like 'task %' or 'cvat_xml' in (incoming.format, stored.format))
        and (stored.place <> incoming.place or (stored.place is null and incoming.place is null and stored.format <> $format))
    where incoming.item <> ''
    group by stored.import_id, incoming.place is not null
), same_places as (
    select import_id, items
    from same_item
    where not needs_most or 2 * items >= (select count(distinct item) from work where is_incoming and place is not null)
), consolidated as (
    -- A response has a label's number, a manifest has none; it is written within days of the last response.
    select stored.import_id, count(distinct stored.item) as items
    from (
        select annotation is null as is_manifest, min(finished_at) as first_at, max(finished_at) as last_at
        from told
        where format = 'sagemaker' and import_id = $import_id and person is not null
        group by 1
    ) as incoming
    inner join told as stored
        on stored.format = 'sagemaker' and stored.import_id <> $import_id and stored.person is not null
        and (stored.annotation is null) <> incoming.is_manifest
        and stored.finished_at between incoming.first_at - interval 7 day and incoming.last_at + interval 7 day
    group by stored.import_id
)
select import.import_id as earlier_id, import.file_name, cast(max(items) as bigint) as items
from (select * from same_places union all by name select * from consolidated)
inner join import using (import_id)
group by import.import_id, import.file_name
order by items desc, earlier_id
limit 1
