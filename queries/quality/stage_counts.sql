-- title: What a review stage costs and catches
-- unit: hours
-- note: Caught items are those that the stage rejected or fixed. Hours are those of timed events; hours per catch divides them by the items these events caught. A stage whose events hold no verdicts catches an unknown number. No log shows what a stage lets through.
-- parameters: from_on, to_on, projects, teams, people, roles

with annotator as (
    select source || '/' || tool_project || '/' || item as item, min(person_name) as annotator
    from filtered_labels(null, null, $projects, [], [], [])
    where person is not null
    group by 1
), checked as (
    select
        project, stage, source || '/' || tool_project || '/' || item as item, milliseconds,
        outcome in ('accepted', 'rejected', 'fixed') as is_verdict, outcome in ('rejected', 'fixed') as is_caught
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    where stage in ('review', 'adjudicate')
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
    left join annotator using (item)
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
