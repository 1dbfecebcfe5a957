-- title: The projects that were given for files, and the rows of an import without a project that they have
-- note: fact_table stands for the table of the kind, slot_of_row for the key of a row of it, were it of the project.

with given as (
    select distinct json_extract_string(answers, '$.project') as given_project
    from import
    where undone_at is null and kind = $kind and json_extract_string(answers, '$.project') <> ''
), incoming as (
    select fact_table.* exclude (source_key), given_project, slot_of_row as source_key
    from fact_table cross join given
    where import_id = $import_id and project is null
)
select stored.project, min(stored.import_id) as earlier_id, any_value(import.file_name order by import.import_id) as file_name, count(*) as labels
from incoming
inner join fact_table as stored
    on stored.source = $source and stored.import_id <> $import_id and stored.source_key = incoming.source_key
    and stored.project = given_project
inner join import on import.import_id = stored.import_id
group by stored.project
order by labels desc, stored.project
