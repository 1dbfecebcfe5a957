-- title: What a review stage costs and catches
-- unit: hours
-- note: Items are labels: an item with several labels counts once for each that its reviews name. Caught items are those that the stage rejected or fixed. Hours are those of timed events; hours per catch divides them by the items these events caught. A stage whose events hold no verdicts catches an unknown number. No log shows what a stage lets through.
-- parameters: from_on, to_on, projects, teams, people, roles, methods, stages

with made as (
    select
        source, tool_project, item, label_key, case when person is not null then person_name end as annotator,
        count(*) over (partition by source, tool_project, item) as labels
    from filtered_labels(null, null, $projects, [], [], [])
    where is_produced or person is not null and outcome <> 'assigned'
), item_annotator as (
    select source, tool_project, item, min(annotator) as annotator from made group by 1, 2, 3
), checked as (
    -- The label that a review names, or the only one of the item; else the item as a whole.
    select
        event.project, event.stage, event.milliseconds,
        concat_ws('/', event.source, event.tool_project, event.item, made.label_key) as item,
        coalesce(made.annotator, item_annotator.annotator) as annotator,
        event.outcome in ('accepted', 'rejected', 'fixed') as is_verdict,
        event.outcome in ('rejected', 'fixed') as is_caught
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles) as event
    left join made
        on made.source = event.source and made.tool_project = event.tool_project and made.item = event.item
        and (made.labels = 1 or made.label_key = event.about_key)
    left join item_annotator
        on item_annotator.source = event.source and item_annotator.tool_project = event.tool_project
        and item_annotator.item = event.item
    where event.stage in ('review', 'adjudicate')
        and (len($methods) = 0 or list_contains($methods, event.method))
        and (len($stages) = 0 or list_contains($stages, event.stage))
), cut as (
    select 1 as place, '(all projects)' as scope, * from checked
    union all
    select 2, project, * from checked
), counted as (
    select
        place, scope, stage, annotator,
        count(distinct item) as items,
        count(distinct item) filter (where is_caught) as caught
    from cut
    group by 1, 2, 3, 4
), clustered as (
    select
        place, scope, stage,
        count(annotator) as annotators,
        list(items order by annotator) as items_by_person,
        list(caught order by annotator) as caught_by_person
    from counted
    group by 1, 2, 3
)
select
    scope as project, stage,
    count(distinct item) as items,
    case when bool_or(is_verdict) then count(distinct item) filter (where is_caught) end as caught,
    count(*) as events,
    count(milliseconds) as timed_events,
    count(distinct item) filter (where is_caught and milliseconds is not null) as timed_caught,
    cast(sum(milliseconds) as bigint) as milliseconds,
    hours_of_ms(sum(milliseconds)) as hours,
    hours_of_ms(sum(milliseconds))
        / nullif(count(distinct item) filter (where is_caught and milliseconds is not null), 0) as hours_per_catch,
    any_value(annotators) as annotators,
    any_value(items_by_person) as items_by_person,
    any_value(caught_by_person) as caught_by_person
from cut
inner join clustered using (place, scope, stage)
group by place, scope, stage
order by place, scope, stage
