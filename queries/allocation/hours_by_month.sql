-- title: Hours by month and category
-- unit: hours
-- note: Calendar months; the first and the last may be incomplete.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    cast(date_trunc('month', day_on) as date) as month_on, category,
    cast(sum(seconds) as bigint) as seconds,
    sum(seconds) / 3600.0 as hours,
    cast(sum(entries) as bigint) as entries
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2
order by 1, 2
