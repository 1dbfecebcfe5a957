-- title: The slots of an import that the store has something in already
-- note: fact_table stands for the table of the kind.

create or replace temp table touched_slot as
select distinct source, source_key
from fact_table
semi join (
    select source, source_key from fact_table where source = $source and import_id <> $import_id
    union all
    select source, source_key from fact_table_superseded where source = $source
) as stored using (source, source_key)
where import_id = $import_id
