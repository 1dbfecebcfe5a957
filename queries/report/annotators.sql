-- title: Number of people who made labels
-- unit: people
-- note: Labels of machines and of unnamed people do not count.
-- parameters: from_on, to_on, projects, teams, people, roles

select count(distinct person_name) as annotators
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
where person_name <> '(no person)' and outcome <> 'assigned'
order by 1
