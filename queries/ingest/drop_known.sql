-- title: Drop the rows of an import that the store had already
-- note: fact_table stands for the table of the kind. The same rows of another, overlapping export have the same key and number; an id repeated within the file was numbered -1.

with added as (
    select rowid as row_id, source_key, occurrence from fact_table where import_id = $import_id
), known as (
    select source_key, occurrence from fact_table where source = $source and import_id <> $import_id
), dropped as (
    select row_id from added semi join known using (source_key, occurrence)
    union all
    select row_id from added where occurrence < 0
)
delete from fact_table using dropped where fact_table.rowid = dropped.row_id
