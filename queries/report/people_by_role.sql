-- title: Number of people with time, engineers and others
-- unit: people
-- note: One row for each that has time; time that names nobody counts no person.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    coalesce(role, '') = 'engineer' as is_engineer,
    count(distinct person_name) filter (person_name <> '(nobody named)') as people
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[]))
where seconds > 0
group by 1
order by 1
