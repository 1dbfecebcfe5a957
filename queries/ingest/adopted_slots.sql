-- title: The labels without a project of the imports that hold a label of this import, and these imports
-- note: A file is of one project, so that all of its labels are.

create or replace temp table adopted_slot as
with carried as (
    select source, source_key, import_id from labeling_event where source = $source and project is null
    union all
    select source, source_key, import_id from labeling_event_superseded where source = $source and project is null
), statement as (
    select source, source_key, import_id from carried where import_id <> $import_id
    union all
    select source, source_key, import_id from holding where kind = 'labeling_event' and source = $source
), related as (
    select distinct import_id
    from statement
    where source_key in (select source_key from labeling_event where import_id = $import_id and project is null)
)
select distinct statement.source, statement.source_key, statement.import_id
from statement
semi join related using (import_id)
where source_key in (select source_key from carried where import_id <> $import_id)
