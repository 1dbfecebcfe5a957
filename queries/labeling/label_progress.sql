-- title: Begun, done and remaining
-- unit: labels
-- note: A label is one annotation: what a person made of an item. The exports hold only events: an item that nobody opened and no machine proposed for has none, so the remainder of the whole dataset is unknown here. Left to do counts what the log shows as open: assigned and not begun, drafts, labels sent back, and items that wait for a person; exports that name nobody before work begins leave unknown what is assigned and not begun. Where only rejections are recorded, it is not known how many were accepted. People stand in no order of rank; the share done is of these and the done ones.
-- parameters: from_on, to_on, projects, teams, people, roles

with flagged as (
    select
        project, person_name, person is not null as is_persons, is_produced, is_reviewed, outcome,
        source, tool_project, item,
        (source, tool_project) in (select (source, tool_project) from label where outcome = 'assigned') as has_assignments,
        bool_or(person is not null) over (partition by source, tool_project, item) as is_touched
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
), cut as (
    select 1 as place, project, cast(null as varchar) as person, flagged.* exclude (project, person_name) from flagged
    union all
    select 2, project, person_name, flagged.* exclude (project, person_name) from flagged where is_persons
), counted as (
    select
        place, project, person,
        count(distinct hash(source, tool_project, item)) as items,
        count(*) filter (where is_persons) as assigned,
        case when bool_or(has_assignments) then count(*) filter (where outcome = 'assigned') end as not_begun,
        count(*) filter (where is_persons and outcome <> 'assigned') as begun,
        count(*) filter (where is_persons and is_produced and outcome is distinct from 'rejected') as done,
        count(*) filter (where not is_persons and is_produced) as made_by_machine,
        count(*) filter (where is_produced and is_reviewed) as reviewed,
        case
            when project in (select project from accepting_project) or not bool_or(is_produced and is_reviewed)
                then count(*) filter (where is_produced and outcome in ('accepted', 'fixed'))
        end as accepted,
        count(*) filter (where is_persons and outcome = 'skipped') as skipped,
        count(*) filter (where is_persons and outcome = 'draft') as open_drafts,
        count(*) filter (where is_produced and outcome = 'rejected') as sent_back,
        count(distinct hash(source, tool_project, item)) filter (where not is_touched and not is_produced) as waiting
    from cut
    group by 1, 2, 3
)
select
    project, person, items, assigned, not_begun, begun, done, made_by_machine, reviewed, accepted, skipped, open_drafts, sent_back,
    waiting, coalesce(not_begun, 0) + open_drafts + sent_back + waiting as left_to_do, done / nullif(done + left_to_do, 0) as share_done
from counted
order by project, place, md5(person), person
