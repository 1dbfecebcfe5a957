-- title: Full-time equivalents by week, person, team, project and category
-- unit: FTE
-- note: The cells of a pivot table in FTE, each for its own week; their sum divided by the column weeks is the average over the weeks. People without known weekly hours are left out, not counted as zero.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    week_on, person_name as person, team, project, category,
    fte, weeks, seconds,
    hours(seconds) as hours
from full_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by 1, 2, 3, 4, 5
