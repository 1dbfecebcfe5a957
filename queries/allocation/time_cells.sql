-- title: Hours by week, person, team, client, project and category
-- unit: hours
-- note: The cells of a pivot table: any of the columns can become its rows or columns.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    week_of(day_on) as week_on, cast(date_trunc('month', day_on) as date) as month_on,
    person_name as person, team, role, coalesce(client, '(no client)') as client, project, category, source,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds)) as hours,
    cast(sum(entries) as bigint) as entries
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
order by 1, 2, 3, 4, 5, 6, 7, 8, 9
