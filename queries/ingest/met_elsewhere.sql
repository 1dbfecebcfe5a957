-- title: The rows of an import that are in the store in another project than the one given with the file, and say the same
-- note: fact_table stands for the table of the kind, slot_of_row for the key of a row of it, were it of the project. Only rows whose key depends on their project: those of days without clocks, and runs without an id. Sought in the projects that were given for files, and among rows without one. equal: rows of the file that are there; stored: all rows there, on the days of the file; incoming: those of the file that are new in their project.

with elsewhere as (
    select distinct nullif(json_extract_string(answers, '$.project'), '') as given_project
    from import
    where undone_at is null and kind = $kind
    union
    select cast(null as varchar)
), incoming as (
    select rowid as row_id, fact_table.*
    from fact_table
    where import_id = $import_id and native_id is null and project is not distinct from $project
        and ($kind <> 'time_entry' or started_at is null)
        and source_key not in (select source_key from fact_table where source = $source and import_id <> $import_id)
), sought as (
    select row_id, seconds, content_value as said, given_project, slot_of_row as source_key
    from incoming
    cross join elsewhere
    where given_project is distinct from $project
), met as (
    select stored.project, sought.row_id, min(stored.import_id) as import_id
    from sought
    inner join fact_table as stored
        on stored.source = $source and stored.import_id <> $import_id and stored.source_key = sought.source_key
        and stored.project is not distinct from given_project and stored.seconds is not distinct from sought.seconds
        and stored.content_value is not distinct from said
    group by all
), counted as (
    select project, mode(import_id) as earlier_id, count(*) as equal
    from met
    group by project
)
select
    counted.project, earlier_id, file_name, equal,
    (
        select count(*)
        from fact_table as stored
        where stored.source = $source and stored.import_id = earlier_id
            and stored.project is not distinct from counted.project
            and (
                stored.day_on is null
                or stored.day_on between (select min(day_on) from incoming) and (select max(day_on) from incoming)
            )
    ) as stored,
    (select count(*) from incoming) as incoming
from counted
inner join import on import.import_id = earlier_id
order by equal desc, earlier_id desc
