-- title: Hours by person and category
-- unit: hours
-- note: One row per person and category with tracked time.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select member as person, category, seconds, hours, entries
from hours_by_member_and_category('person', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
