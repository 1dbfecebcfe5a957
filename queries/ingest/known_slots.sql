-- title: The slots of an import that the store has something in already, and whether all that it has there is the same
-- note: fact_table stands for the table of the kind, content_print for the hash of a content. Equal sums of the hashes are equal contents: as unlikely to mislead as one hash, and without sorting.

create or replace temp table met_slot as
with own as (
    select source_key from fact_table where import_id = $import_id
), met as (
    select source_key, import_id = $import_id as is_incoming, false as is_superseded, content_print as content
    from fact_table as fact semi join own using (source_key)
    where source = $source
    union all
    select source_key, false as is_incoming, true as is_superseded, 0 as content
    from fact_table_superseded semi join own using (source_key)
    where source = $source
)
select
    $source as source, source_key, count(*) filter (is_incoming) as entries,
    coalesce(
        count(*) filter (is_incoming) = count(*) filter (not is_incoming and not is_superseded)
            and sum(content) filter (is_incoming) = sum(content) filter (not is_incoming and not is_superseded),
        false
    ) as is_same
from met
group by source_key
having bool_or(not is_incoming)
