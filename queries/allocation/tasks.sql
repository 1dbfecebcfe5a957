-- title: Hours by project and task
-- unit: hours
-- note: Task as the tracker names it (task, activity or issue).
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    project, coalesce(task, '(no task)') as task, category,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds)) as hours,
    count(distinct entry_key) as entries
from filtered_entries($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2, 3
order by seconds desc, project, task, category
