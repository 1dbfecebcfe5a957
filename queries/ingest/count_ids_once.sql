-- title: Number the rows of an import that have a tool's own id
-- note: fact_table stands for the table of the kind. Rows that number_repeats left at 0 are the first with their id.

update fact_table
set occurrence = 1
where import_id = $import_id and occurrence = 0
