-- title: Hours by team and category
-- unit: hours
-- note: One row per team and category with tracked time.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select member as team, category, seconds, hours, entries
from hours_by_member_and_category('team', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
