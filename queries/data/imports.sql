-- title: Imports
-- unit: rows
-- note: One row per import, newest first; an undone import stays in the history. missing: entries of the file's days, people and projects that it does not have.
-- parameters: none

select
    import_id, source, kind, file_name, imported_at, imported_by, rows_read, accepted,
    coalesce(changed, 0) as changed, coalesce(edited, 0) as edited, coalesce(missing, 0) as missing, duplicate, rejected,
    seconds_total, hours(seconds_total) as hours, first_day, last_day, zone, date_order, warnings, undone_at, undone_by
from import
order by import_id desc
