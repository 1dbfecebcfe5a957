-- title: Items and objects per hour
-- unit: labels per hour
-- note: Finished labels with a measured time over all measured labeling time of the same people, skipped, cancelled and unfinished work included. Labels without a measured time are left out of both, but counted; so is time that is told by period and not by label. Small groups (a team of fewer than 5 people, anyone with fewer than 20 labels) are marked: their rate is mostly chance, or one person's.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with worked as (
    select
        case when is_produced then 1 else 0 end as finished, project, team, person_name, basis, annotate_ms,
        case when is_produced then objects end as objects, is_produced
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where not is_machine and (len($methods) = 0 or list_contains($methods, method))
), cut as (
    select 1 as place, 'all' as cut, cast(null as varchar) as project, cast(null as varchar) as team,
        cast(null as varchar) as person, worked.* exclude (project, team)
    from worked
    union all
    select 2, 'project', project, null, null, worked.* exclude (project, team) from worked
    union all
    select 3, 'team', null, team, null, worked.* exclude (project, team) from worked
    union all
    select 4, 'person', null, null, person_name, worked.* exclude (project, team) from worked
), summed as (
    select
        place, cut, project, team, person,
        count(distinct person_name) as people,
        sum(finished) as labels,
        sum(finished) filter (where basis = 'measured') as timed_labels,
        sum(finished) filter (where basis <> 'measured') as untimed_labels,
        count(*) filter (where not is_produced and basis = 'measured') as without_output,
        sum(annotate_ms) filter (where basis = 'measured') as milliseconds,
        sum(annotate_ms) filter (where basis = 'measured' and not is_produced) as milliseconds_without_output,
        sum(annotate_ms) filter (where basis = 'not by label') as milliseconds_not_by_label,
        sum(objects) filter (where basis = 'measured') as objects,
        sum(annotate_ms) filter (where basis = 'measured' and (objects is not null or not is_produced)) as object_milliseconds
    from cut
    group by 1, 2, 3, 4, 5
)
select
    cut, project, team, person, people,
    cast(labels as bigint) as labels,
    cast(coalesce(timed_labels, 0) as bigint) as timed_labels,
    cast(coalesce(untimed_labels, 0) as bigint) as untimed_labels,
    without_output,
    hours_of_ms(milliseconds) as hours,
    hours_of_ms(milliseconds_without_output) as hours_without_output,
    hours_of_ms(milliseconds_not_by_label) as hours_not_by_label,
    timed_labels / nullif(hours_of_ms(milliseconds), 0) as items_per_hour,
    cast(objects as bigint) as objects,
    objects / nullif(hours_of_ms(object_milliseconds), 0) as objects_per_hour,
    coalesce(timed_labels, 0) < 20 or (cut = 'team' and people < 5) as is_small
from summed
order by place, labels desc, project, team, person
