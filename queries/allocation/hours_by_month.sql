-- title: Hours by month and category
-- unit: hours
-- note: Calendar months; the first and the last may be incomplete.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select begins_on as month_on, category, seconds, hours, entries
from hours_by_period_and_category('month', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
