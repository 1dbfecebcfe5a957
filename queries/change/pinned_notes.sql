-- title: Notes pinned to a day, for editing
-- unit: notes
-- note: One row per note, oldest first.
-- parameters: none

select day_on, project, text
from note
order by day_on, project, text
