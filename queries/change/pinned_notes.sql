-- title: Notes pinned to a day, to edit
-- unit: notes
-- note: One row a note, oldest first.
-- parameters: none

select day_on, project, text
from note
order by day_on, project, text
