-- title: Number the rows of an import that repeat
-- note: fact_table stands for the table of the kind. Identical rows of one file are numbered, so that all are kept. A tool's own id (occurrence 0) counts once: its repeats become -1, to be dropped.

with repeated as (
    select source_key from fact_table where import_id = $import_id group by source_key having count(*) > 1
), numbered as (
    select
        fact_table.rowid as row_id, occurrence = 0 as has_id,
        cast(row_number() over (partition by source_key order by line) as integer) as number
    from fact_table semi join repeated using (source_key)
    where import_id = $import_id
)
update fact_table
set occurrence = case when has_id then -1 else number end
from numbered
where fact_table.rowid = numbered.row_id and number > 1
