-- title: Give the labels of an import that name no project theirs
-- note: is_local says that their ids are unique within one project alone, which then belongs to their keys.

with named as (
    select rowid as row_id, if($is_local, local_id(native_id, $project), native_id) as new_id
    from labeling_event
    where import_id = $import_id and project is null
)
update labeling_event set
    project = $project,
    native_id = new_id,
    source_key = labeling_event_slot(new_id, $project, item, person, stage, started_at, finished_at, day_on)
from named
where labeling_event.rowid = row_id
