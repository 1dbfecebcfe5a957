-- title: Projects and teams that have labels
-- unit: labels
-- note: One row a project and team of the annotators; what a filter can be set to where no time is tracked.
-- parameters: from_on, to_on, projects, teams, people, roles

select project, team, count(*) as labels
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
group by 1, 2
order by 1, 2
