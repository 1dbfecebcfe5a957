-- title: Hours by day and category
-- unit: hours
-- note: Days are the person's local days; an entry across midnight counts on both days.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select begins_on as day_on, category, seconds, hours, entries
from hours_by_period_and_category('day', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
