-- title: Items still to be labeled, as a lead planned them
-- unit: items
-- note: items_per_week empty means the team's own velocity.
-- parameters: none

select project, items, items_per_week, from_on, team_size
from backlog_plan
order by project
