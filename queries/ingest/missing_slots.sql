-- title: The slots of the days, people and projects of an import that it has nothing in
-- note: fact_table stands for the table of the kind. Superseded entries count too: a whole export takes out what an undo would bring back.

create or replace temp table touched_slot as
with stored as (
    select source, source_key, person, project, day_on from fact_table where source = $source
    union all
    select source, source_key, person, project, day_on from fact_table_superseded where source = $source
), own as (
    select source, source_key from fact_table where import_id = $import_id
    union all
    select source, source_key from fact_table_superseded where import_id = $import_id
    union all
    select source, source_key from holding where import_id = $import_id and kind = $kind
)
select distinct source, source_key
from stored
anti join own using (source, source_key)
where day_on between (select any_value(first_on) from covered) and (select any_value(last_on) from covered)
    and coalesce(person, '') in (select coalesce(person, '') from covered)
    and coalesce(project, '') in (select coalesce(project, '') from covered)
