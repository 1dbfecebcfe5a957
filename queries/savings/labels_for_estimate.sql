-- title: Labels that an estimate of savings compares
-- unit: seconds
-- note: One row per label that a person produced and whose method is known, with the time of labeling, review and rework, in any order. Labels of items that active learning chose are in neither arm: it saves labels, not seconds of a label. Every label up to the last day of the period counts, since the labels compared with may be older. Difficulty is the log's own where the project has one, else log(1 + objects). Of a very large store one in `one_in` items is read, drawn by a hash of the item, with all of its labels; the items of the automations and the projects in `whole_automations` and `whole_projects` are all read.
-- note: Sorting, and joining the pay, would take most of the time of a million rows: the reader does the one, `pay_for_estimate` the other.
-- parameters: to_on, projects, teams, people, roles, one_in, whole_automations, whole_projects

with rated as (
    select distinct project
    from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and day_on is not null and method not in ('unknown', 'imported', 'active_learning')
        and difficulty is not null
)
select
    person_name as annotator,
    project,
    case when method <> 'manual' then named_automation(automation) end as automation,
    coalesce(label_kind, '') as kind,
    case when project in (select project from rated) then difficulty else ln(1 + objects) end as proxy,
    case when project in (select project from rated) then 'difficulty' when objects is not null then 'objects' end
        as proxy_from,
    if(is_zero_time, 0, annotate_ms) / 1000.0 as annotate_seconds,
    review_ms / 1000.0 as review_seconds,
    rework_ms / 1000.0 as rework_seconds,
    is_reviewed,
    rejections > 0 as is_rejected,
    suggestion,
    coalesce(time_kind = 'gap-derived', false) as is_estimated,
    method,
    day_on,
    finished_at,
    source || chr(31) || tool_project as log,
    item as name,
    hash(source, tool_project, item) as item,
    eligible,
    holdout
from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
where is_produced and person is not null and day_on is not null and method not in ('unknown', 'imported', 'active_learning')
    and (
        item_draw % cast($one_in as ubigint) = 0
        or list_contains($whole_projects, project)
        or item_draw in (
            select item_draw
            from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
            where $one_in > 1 and method <> 'manual' and list_contains($whole_automations, named_automation(automation))
        )
    )
