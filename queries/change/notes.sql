-- title: Notes pinned to a day
-- unit: notes
-- note: What happened and may explain a change: a new tool, a new guideline. Notes of all projects stand beside those of the projects asked for. The text is shown as it was typed, never as HTML or Markdown.
-- parameters: from_on, to_on, projects

select day_on, nullif(project, '') as project, text
from note
where (day_on >= $from_on or $from_on is null)
    and (day_on <= $to_on or $to_on is null)
    and (project = '' or len($projects) = 0 or list_contains($projects, project))
order by day_on, project nulls first, text
