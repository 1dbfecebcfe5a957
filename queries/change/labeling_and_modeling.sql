-- title: Labeling and modeling time by project
-- unit: seconds
-- note: Sides of the default definition: {labeling side} against {modeling side}.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    project,
    cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
    cast(sum(seconds) as bigint) as both_seconds
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[])) as tracked
inner join category_side on category_side.category = tracked.category
group by 1
order by 1
