-- title: Quality margins, every change
-- unit: share
-- note: How much worse assisted labels may be; the newest of a project counts, else the newest for all projects.
-- parameters: none

select project, margin, set_at, set_by
from quality_margin
order by set_at desc, project
