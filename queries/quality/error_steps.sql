-- title: What errors cost downstream
-- unit: hours
-- note: Errors are labels (items, where reviews name no label) that a review sent back or fixed, or that were reworked. Their cost is the review that sent them back, the review that fixed them, and the rework; later checks are not included. A step without a time, and rework missing from the log, are unknown, not zero: where not every step is timed, the hours are a lower bound.
-- note: The class is the kind of label and how it began, as the log records them; tools seldom record what was wrong.
-- parameters: from_on, to_on, projects, teams, people, roles

with began as (
    select
        source, tool_project, item, label_key, min(person_name) filter (where person is not null) as annotator,
        case when count(distinct label_kind) > 1 then '(several kinds)' else coalesce(any_value(label_kind), '(unknown)') end as label_kind,
        case
            when count(distinct (method = 'manual', method in ('unknown', 'imported'), suggestion)) > 1
                then 'several labels, begun differently'
            when bool_and(method = 'manual') then 'by hand'
            when bool_or(method in ('unknown', 'imported')) then 'unknown'
            when bool_and(person is null) then 'by a machine'
            when any_value(suggestion) in ('unchanged', 'edited', 'rejected')
                then 'suggestion ' || any_value(suggestion)
            else 'suggestion, outcome unknown'
        end as origin
    from filtered_labels(null, null, [], [], [], [])
    where is_produced
    group by grouping sets ((source, tool_project, item), (source, tool_project, item, label_key))
), made as (
    select
        source, tool_project, item, label_key, case when person is not null then person_name end as annotator,
        count(*) over (partition by source, tool_project, item) as labels
    from filtered_labels(null, null, [], [], [], [])
    where is_produced or person is not null and outcome <> 'assigned'
), step as (
    -- The label that a step names, or the only one of the item; else the item as a whole.
    select
        event.source, event.tool_project, event.item, made.label_key, made.annotator, event.milliseconds,
        event.stage in ('review', 'adjudicate') and event.outcome = 'rejected' as is_sent_back,
        event.stage in ('review', 'adjudicate') and event.outcome = 'fixed' as is_fixed,
        event.stage = 'rework' and event.outcome not in ('draft', 'skipped', 'cancelled', 'deleted') as is_rework
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles) as event
    left join made
        on made.source = event.source and made.tool_project = event.tool_project and made.item = event.item
        and (made.labels = 1 or made.label_key = event.about_key)
    where event.stage = 'rework'
        or (event.stage in ('review', 'adjudicate') and event.outcome in ('accepted', 'rejected', 'fixed'))
), checked as (
    select
        source, tool_project, item, label_key, any_value(annotator) as label_annotator,
        count(*) filter (where is_sent_back or is_fixed or is_rework) as logged_steps,
        greatest(count(*) filter (where is_sent_back) - count(*) filter (where is_rework), 0) as unlogged_reworks,
        count(milliseconds) filter (where is_sent_back or is_fixed or is_rework) as timed_steps,
        sum(milliseconds) filter (where is_sent_back) as sent_back_ms,
        sum(milliseconds) filter (where is_fixed) as fixed_ms,
        sum(milliseconds) filter (where is_rework) as rework_ms
    from step
    group by source, tool_project, item, label_key
), classed as (
    select coalesce(label_kind, '(unknown)') as label_kind, coalesce(origin, 'unknown') as origin,
        coalesce(label_annotator, began.annotator) as annotator, checked.* exclude (label_annotator)
    from checked
    left join began
        on began.source = checked.source and began.tool_project = checked.tool_project and began.item = checked.item
        and began.label_key is not distinct from checked.label_key
), cut as (
    select 1 as place, '(all kinds)' as kind, '(all)' as begun, * from classed
    union all
    select 2, label_kind, origin, * from classed
), counted as (
    select
        kind, begun, annotator,
        count(*) as reviewed,
        count(*) filter (where logged_steps > 0) as errors
    from cut
    group by 1, 2, 3
), clustered as (
    select
        kind, begun,
        count(annotator) as annotators,
        list(reviewed order by annotator) as reviewed_by_person,
        list(errors order by annotator) as errors_by_person
    from counted
    group by 1, 2
)
select
    kind as label_kind, begun as origin,
    count(*) as reviewed,
    count(*) filter (where logged_steps > 0) as errors,
    cast(sum(logged_steps + unlogged_reworks) as bigint) as steps,
    cast(sum(timed_steps) as bigint) as timed_steps,
    sum(timed_steps) / nullif(sum(logged_steps + unlogged_reworks), 0) as timed_share,
    cast(sum(sent_back_ms) as bigint) as sent_back_milliseconds,
    cast(sum(fixed_ms) as bigint) as fixed_milliseconds,
    cast(sum(rework_ms) as bigint) as rework_milliseconds,
    hours_of_ms(sum(sent_back_ms)) as sent_back_hours,
    hours_of_ms(sum(fixed_ms)) as fixed_hours,
    hours_of_ms(sum(rework_ms)) as rework_hours,
    -- Reviews that found no error cost nothing downstream; errors without a time cost an unknown number of hours.
    case
        when errors = 0 then 0.0
        when sum(timed_steps) > 0
            then hours_of_ms(coalesce(sum(sent_back_ms), 0) + coalesce(sum(fixed_ms), 0) + coalesce(sum(rework_ms), 0))
    end as hours,
    count(*) filter (where timed_steps > 0 and timed_steps = logged_steps + unlogged_reworks) as whole_errors,
    hours_of_ms(sum(coalesce(sent_back_ms, 0) + coalesce(fixed_ms, 0) + coalesce(rework_ms, 0))
        filter (where timed_steps > 0 and timed_steps = logged_steps + unlogged_reworks))
        / nullif(whole_errors, 0) as hours_per_error,
    any_value(annotators) as annotators,
    any_value(reviewed_by_person) as reviewed_by_person,
    any_value(errors_by_person) as errors_by_person
from cut
inner join clustered using (kind, begun)
group by place, kind, begun
order by place, hours desc nulls last, errors desc, kind, begun
