-- title: Items still to be labeled, as a lead planned them
-- unit: items
-- note: If items_per_week is empty, the team's own velocity is used.
-- parameters: none

select project, items, items_per_week, from_on, team_size
from backlog_plan
order by project
