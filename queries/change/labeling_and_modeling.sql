-- title: Labeling and modeling time by project
-- unit: seconds
-- note: Sides of the default definition: labeling, review and labeling operations against modeling and evaluation.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    project,
    cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
    cast(sum(seconds) as bigint) as both_seconds
from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[])) as tracked
inner join share_definition on share_definition.category = tracked.category and definition = 'default'
group by 1
order by 1
