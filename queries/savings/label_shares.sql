-- title: Labels that each automation helped with, by project
-- unit: labels
-- note: What an automation costs is shared by them, as in what an accepted label costs: labels within the filters on projects, teams, people and roles, of all labels of the period. An automation that helped with none in the period has those before it.
-- parameters: from_on, to_on, projects, teams, people, roles

with used as (
    select
        automation, project, is_in_period(day_on, $from_on, $to_on) as is_inside,
        (len($projects) = 0 or list_contains($projects, project))
            and (len($teams) = 0 or list_contains($teams, team))
            and (len($people) = 0 or list_contains($people, person_name))
            and (len($roles) = 0 or list_contains($roles, role)) as is_here,
        count(*) as labels
    from filtered_labels(null, $to_on, [], [], [], [])
    where is_produced and automation is not null
    group by 1, 2, 3, 4
), counted as (
    select automation, project, is_here, labels
    from used
    qualify is_inside or not bool_or(is_inside) over (partition by automation)
)
select
    automation, project, cast(coalesce(sum(labels) filter (where is_here), 0) as bigint) as labels,
    cast(sum(labels) as bigint) as all_labels
from counted
group by 1, 2
order by 1, 2
