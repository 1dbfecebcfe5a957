-- title: Labeling events within the filters
-- note: Overlapping events of one person take the time that they cover together. A time of 0 seconds is not known, and that of a machine is no person's.
-- note: One row per event of work, assignments left out, with the project and the person as they stand now; method is that of the label which the event is part of or about.

create or replace macro filtered_events(from_on, to_on, projects, teams, people, roles) as table
with shared as (
    -- Most items have one label, which needs no grouping. Two items of one hash are grouped for nothing, no more.
    select hash(source, tool_project, item) as item_hash from label group by 1 having count(*) > 1
), grouped as (
    select label.* from label semi join shared on shared.item_hash = hash(label.source, label.tool_project, label.item)
), origin as (
    select source, tool_project, item, any_value(project) as project, arg_max(method, is_produced) as method,
        arg_max(automation, is_produced) as automation, count(distinct (method, automation)) as ways
    from grouped
    where is_produced or person is not null and outcome <> 'assigned'
    group by 1, 2, 3
    union all
    select source, tool_project, item, any_value(project), any_value(method), any_value(automation), 1
    from grouped
    group by 1, 2, 3
    having not bool_or(is_produced or person is not null and outcome <> 'assigned')
    union all
    select label.source, label.tool_project, label.item, label.project, label.method, label.automation, 1
    from label
    anti join shared on shared.item_hash = hash(label.source, label.tool_project, label.item)
), chosen as (
    -- Of items with labels made in several ways: the label that the event is part of, or about.
    select
        event.import_id, event.source, event.source_key, event.occurrence,
        arg_max(
            struct_pack(method := label.method, automation := label.automation),
            (
                label.label_key = 'id ' || coalesce(event.annotation, event.about),
                event.stage in ('annotate', 'rework') and label.person is not distinct from event.person,
                event.stage = 'annotate' and label.method = event.method,
                coalesce(label.finished_at <= coalesce(event.finished_at, event.started_at), false),
                coalesce(epoch_us(label.finished_at), 0),
                label.is_produced
            )
        ) as way
    from labeling_event as event
    inner join origin
        on origin.ways > 1 and origin.source = event.source and origin.tool_project = coalesce(event.project, '')
        and origin.item = event.item
    inner join label
        on label.source = origin.source and label.tool_project = origin.tool_project and label.item = origin.item
        and (label.is_produced or label.person is not null and label.outcome <> 'assigned')
    group by all
), named as (
    select
        event.import_id, event.source, event.source_key, event.occurrence, event.line,
        coalesce(event.project, '') as tool_project,
        coalesce(event.item, 'line ' || event.import_id || '/' || event.line) as item,
        event.dataset, event.person, event.stage, event.outcome, event.suggestion, event.started_at,
        event.finished_at, event.day_on,
        if(is_by_machine(event.person, event.method), null, nullif(coalesce(shared_time.milliseconds, event.milliseconds), 0))
            as milliseconds,
        event.time_kind, event.idle_rule, event.objects,
        event.label_kind, event.model, event.tokens, event.cost, event.currency,
        'id ' || coalesce(event.about, event.annotation) as about_key,
        coalesce(person.person_name, event.person, '(no person)') as person_name,
        coalesce(person.team, '(no team)') as team,
        coalesce(person.role, 'unknown') as role
    from labeling_event as event
    left join shared_time using (import_id, source, source_key, occurrence)
    left join named_person as person on person.person = event.person
)
select
    named.*, origin.project, case when chosen.way is null then origin.method else chosen.way.method end as method,
    case when chosen.way is null then origin.automation else chosen.way.automation end as automation
from named
inner join origin using (source, tool_project, item)
left join chosen using (import_id, source, source_key, occurrence)
where outcome <> 'assigned' and is_in_period(day_on, from_on, to_on)
    and (len(projects) = 0 or list_contains(projects, origin.project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role));
