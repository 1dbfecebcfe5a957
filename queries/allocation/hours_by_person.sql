-- title: Hours by person
-- unit: hours
-- note: One row per person, or per name that is not matched to a person yet. The labeling share is labeling / (labeling + modeling), and empty if there is neither.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with sided as (
    select tracked.person_name, tracked.seconds, tracked.entries, category_side.side
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories) as tracked
    left join category_side on category_side.category = tracked.category
), summed as (
    select
        person_name,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(entries) as bigint) as entries,
        cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(seconds) filter (where side = 'modeling'), 0) as bigint) as modeling_seconds
    from sided
    group by person_name
)
select
    person_name as person, seconds, seconds / 3600.0 as hours, entries,
    seconds / nullif(sum(seconds) over (), 0) as share,
    labeling_seconds, modeling_seconds,
    (labeling_seconds + modeling_seconds) / 3600.0 as labeling_and_modeling_hours,
    labeling_seconds / nullif(labeling_seconds + modeling_seconds, 0) as labeling_share
from summed
order by seconds desc, person_name
