-- title: Give labels of earlier stores the key of the same labels in this import
-- note: Their key held the project, which no CSV export has: `project/id@instant`, or `/id@instant` from CSV.

with incoming as (
    select distinct source_key, native_id, coalesce(project, '') as project
    from labeling_event
    where source = 'label_studio' and import_id = $import_id and native_id is not null
), candidate as (
    select
        source_key, native_id,
        unnest([
            regexp_replace(native_id, '^(draft |review )?', '\1' || project || '/'),
            regexp_replace(native_id, '^(draft |review )?', '\1/')
        ]) as earlier_id
    from incoming
), earlier as (
    select event.rowid as row_id, candidate.source_key, candidate.native_id
    from labeling_event as event
    inner join candidate
        on event.source_key = md5_number_lower(concat('id', chr(31), candidate.earlier_id))
    where event.source = 'label_studio' and event.native_id is null
    qualify row_number() over (partition by candidate.source_key order by event.import_id) = 1
)
update labeling_event set source_key = earlier.source_key, native_id = earlier.native_id
from earlier
where labeling_event.rowid = earlier.row_id
