-- title: Hours by project and category
-- unit: hours
-- note: One row per project and category with tracked time.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select member as project, category, seconds, hours, entries
from hours_by_member_and_category('project', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2
