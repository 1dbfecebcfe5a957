-- title: Notes pinned to a day
-- unit: notes
-- note: Events that may explain a change, such as a new tool or guideline. Notes on all projects are shown with those on the selected projects. The text is shown as typed, never as HTML or Markdown.
-- parameters: from_on, to_on, projects

select day_on, nullif(project, '') as project, text
from note
where (day_on >= $from_on or $from_on is null)
    and (day_on <= $to_on or $to_on is null)
    and (project = '' or len($projects) = 0 or list_contains($projects, project))
order by day_on, project nulls first, text
