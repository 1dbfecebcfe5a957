-- title: Hours by project and category
-- unit: hours
-- note: One row per project and category with tracked time.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    project as project, category,
    cast(sum(seconds) as bigint) as seconds,
    sum(seconds) / 3600.0 as hours,
    cast(sum(entries) as bigint) as entries
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2
order by 1, 2
