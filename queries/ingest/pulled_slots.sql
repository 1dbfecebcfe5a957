-- title: The slots that the pulls of one part of a server hold
-- note: fact_table stands for the table of the kind.

create or replace temp table pulled_slot as
with statement as (
    select source, source_key, import_id, false as is_gone from fact_table where source = $source
    union all
    select source, source_key, import_id, false from fact_table_superseded where source = $source
    union all
    select source, source_key, import_id, content_key is null from holding where source = $source and kind = $kind
)
select source, source_key
from statement
where list_contains($imports, import_id)
group by source, source_key
having not arg_max(is_gone, import_id)
