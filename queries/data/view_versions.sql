-- title: Saved views, every version
-- unit: filters
-- note: A version without filters deletes the view; the newest version counts.
-- parameters: none

select view, filters, set_at, set_by
from saved_view
order by view, set_at
