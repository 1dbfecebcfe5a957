-- title: Drop the rows of an import that the store had before
-- note: fact_table stands for the table of the kind. The same rows of another, overlapping export meet their numbers again; an id that the file repeats was numbered -1.

with fresh as (
    select rowid as place, source_key, occurrence from fact_table where import_id = $import_id
), known as (
    select source_key, occurrence from fact_table where source = $source and import_id <> $import_id
), dropped as (
    select place from fresh semi join known using (source_key, occurrence)
    union all
    select place from fresh where occurrence < 0
)
delete from fact_table using dropped where fact_table.rowid = dropped.place
