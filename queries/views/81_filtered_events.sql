-- title: Labeling events within the filters
-- note: One row per event, with the project and the person as they stand now; method is that of the item's label.

create or replace macro filtered_events(from_on, to_on, projects, teams, people, roles) as table
with origin as (
    select source, tool_project, item, any_value(project) as project, arg_max(method, is_produced) as method,
        arg_max(automation, is_produced) as automation
    from label
    group by 1, 2, 3
), named as (
    select
        event.import_id, event.source, event.source_key, event.occurrence, event.line,
        coalesce(event.project, '') as tool_project,
        coalesce(event.item, 'line ' || event.import_id || '/' || event.line) as item,
        event.dataset, event.person, event.stage, event.outcome, event.suggestion, event.started_at,
        event.finished_at, event.day_on, event.milliseconds, event.time_kind, event.idle_rule, event.objects,
        event.label_kind, event.model, event.tokens, event.cost, event.currency,
        coalesce(person.person_name, event.person, '(no person)') as person_name,
        coalesce(person.team, '(no team)') as team,
        coalesce(person.role, 'unknown') as role
    from labeling_event as event
    left join named_person as person on person.person = event.person
)
select named.*, origin.project, origin.method, origin.automation
from named
inner join origin using (source, tool_project, item)
where (from_on is null or day_on >= from_on)
    and (to_on is null or day_on <= to_on)
    and (len(projects) = 0 or list_contains(projects, origin.project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role));
