-- title: Hours by week and category
-- unit: hours
-- note: Weeks begin on the day in Set-up, Calendar and formats; the first and the last may be incomplete.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select begins_on as week_on, category, seconds, hours, entries
from hours_by_period_and_category('week', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
