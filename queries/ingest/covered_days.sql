-- title: The people and projects that an import covers, and the first and last day of the file
-- note: fact_table stands for the table of the kind. An entry can only be missing where the file could hold it.

create or replace temp table covered as
select
    person, project,
    min(min(day_on)) over () as first_on,
    max(max(day_on)) over () as last_on
from fact_table
where import_id = $import_id and day_on is not null
group by person, project
