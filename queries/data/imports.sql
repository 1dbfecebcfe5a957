-- title: Imports
-- unit: rows
-- note: One row per import, newest first; an undone import stays in the history.
-- parameters: none

select
    import_id, source, kind, file_name, imported_at, imported_by, rows_read, accepted, duplicate, rejected,
    seconds_total, hours(seconds_total) as hours, first_day, last_day, zone, date_order, warnings, undone_at, undone_by
from import
order by import_id desc
