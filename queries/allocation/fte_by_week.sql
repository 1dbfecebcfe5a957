-- title: Full-time equivalents by week and category
-- unit: FTE
-- note: Hours divided by the capacity of the same person and week, at most 1 per person and week. Only people whose weekly hours are known, and only weeks in which they had capacity.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    week_on, category,
    sum(fte order by fte) as fte,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds)) as hours,
    count(distinct person_name) as people
from full_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2
order by 1, 2
