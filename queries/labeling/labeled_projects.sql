-- title: Projects and teams that have labels
-- unit: labels
-- note: One row per project and team of the annotators; the filter options where no time is tracked.
-- parameters: from_on, to_on, projects, teams, people, roles

select project, team, count(*) as labels
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
group by 1, 2
order by 1, 2
