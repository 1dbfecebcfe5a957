-- title: Why rows were rejected
-- unit: rows
-- note: Row counts by import and reason.
-- parameters: none

select
    bad_row.import_id, import.file_name, import.source, bad_row.reason, count(*) as "rows",
    min(bad_row.line) as first_line
from bad_row
inner join import on import.import_id = bad_row.import_id
group by 1, 2, 3, 4
order by bad_row.import_id desc, "rows" desc, bad_row.reason
