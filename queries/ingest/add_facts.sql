-- title: Add the staged rows that the store does not have yet
-- note: fact_table stands for the table of the kind. Identical rows of one file are numbered and all kept; the same rows of another, overlapping export meet their numbers again and are duplicates. A tool's own id counts once.

insert into fact_table by name
with repeated as (
    select source_key from staged group by source_key having count(*) > 1
), once as (
    select staged.*, 1 as occurrence from staged anti join repeated using (source_key)
), numbered as (
    select staged.*, cast(row_number() over (partition by source_key order by line) as integer) as occurrence
    from staged semi join repeated using (source_key)
), candidates as (
    select * from once
    union all
    select * from numbered where occurrence = 1 or not has_id
), known as (
    select source_key, occurrence from fact_table where source = $source
)
select candidates.* exclude (has_id), $import_id as import_id, $source as source
from candidates anti join known using (source_key, occurrence)
