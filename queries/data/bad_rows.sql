-- title: Rows that were rejected
-- unit: rows
-- note: The file and line of each row, why it was rejected, and the row itself.
-- parameters: limit

select
    bad_row.import_id, import.file_name, import.source, bad_row.line, bad_row.reason, bad_row.raw,
    count(*) over () as found
from bad_row
inner join import on import.import_id = bad_row.import_id
order by bad_row.import_id desc, bad_row.line, bad_row.reason
limit $limit
