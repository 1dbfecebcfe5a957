-- title: Full-time equivalents by team and category
-- unit: FTE, average over the weeks
-- note: Hours divided by the capacity of the same person and week, at most 1 per person and week, averaged over the weeks of the selection in which anybody had capacity (column weeks; a partial week counts as one). People without known weekly hours are left out, not counted as zero.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select member as team, category, fte, weeks, seconds, hours, people
from fte_by_member_and_category('team', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
