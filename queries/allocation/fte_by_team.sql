-- title: Full-time equivalents by team and category
-- unit: FTE, average over the weeks
-- note: Hours divided by the capacity of the same person and week, at most 1 per person and week, averaged over the weeks of the selection in which anybody had capacity (column weeks; a partial week counts as one). People without known weekly hours are left out, not counted as zero.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    team, category,
    sum(fte) / any_value(weeks) as fte,
    any_value(weeks) as weeks,
    cast(sum(seconds) as bigint) as seconds,
    sum(seconds) / 3600.0 as hours,
    count(distinct person_name) as people
from full_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
group by 1, 2
order by 1, 2
