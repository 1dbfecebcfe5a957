-- title: Hours by project
-- unit: hours
-- note: Entries without a project are in one row. The labeling share is labeling / (labeling + modeling), and empty if there is neither.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with sided as (
    select tracked.project, tracked.person_name as person_named, tracked.seconds, tracked.entries, category_side.side
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories) as tracked
    left join category_side on category_side.category = tracked.category
), summed as (
    select
        project,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(entries) as bigint) as entries,
        count(distinct person_named) as people,
        cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(seconds) filter (where side = 'modeling'), 0) as bigint) as modeling_seconds
    from sided
    group by project
)
select
    project as project, seconds, seconds / 3600.0 as hours, entries, people,
    seconds / nullif(sum(seconds) over (), 0) as share,
    labeling_seconds, modeling_seconds,
    labeling_seconds / nullif(labeling_seconds + modeling_seconds, 0) as labeling_share
from summed
order by seconds desc, project
