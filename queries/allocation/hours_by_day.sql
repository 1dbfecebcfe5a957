-- title: Hours by day and category
-- unit: hours
-- note: Days are the person's local days; an entry across midnight counts on both days.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    day_on as day_on, category,
    cast(sum(seconds) as bigint) as seconds,
    sum(seconds) / 3600.0 as hours,
    cast(sum(entries) as bigint) as entries
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2
order by 1, 2
