-- title: Labeling events that are held as daily sums only
-- note: Of each place of events, what its newest import says. Times are those of the files: minutes in which a person had several labels open count for each of them, and a label that is only stamped has none. Assignments are no work. tool_project is the name in the tool.

create or replace view rolled_work as
with newest as (
    select events_at, max(import_id) as import_id from rolled_month group by 1
), month as (
    select rolled_month.import_id, rolled_month.sha256 from rolled_month semi join newest using (events_at, import_id)
)
select
    month.import_id, rolled.source, coalesce(rolled.project, '') as tool_project,
    coalesce(map.project, rolled.project, '(no project)') as project, rolled.dataset,
    coalesce(known.person, person_identity(null, rolled.person)) as person, rolled.person as told_name, rolled.day_on, rolled.method, rolled.stage, rolled.outcome,
    rolled.time_kind, rolled.events, rolled.timed_events, rolled.milliseconds, rolled.objects
from month
inner join rolled_day as rolled on rolled.sha256 = month.sha256
left join known_address as known on known.name = rolled.person
left join labeling_project as map on map.source = rolled.source and map.tool_project = coalesce(rolled.project, '')
where rolled.outcome <> 'assigned';

create or replace macro filtered_rolled(from_on, to_on, projects, teams, people, roles) as table
with named as (
    select
        rolled_work.*,
        coalesce(person.person_name, rolled_work.person, '(no person)') as person_name,
        coalesce(person.team, '(no team)') as team,
        coalesce(person.role, 'unknown') as role
    from rolled_work
    left join named_person as person on person.person = rolled_work.person
)
select
    source, tool_project, project, dataset, person, person_name, team, role, day_on, method, stage, outcome, time_kind,
    events, timed_events, milliseconds, objects
from named
where is_in_period(day_on, from_on, to_on)
    and (len(projects) = 0 or list_contains(projects, project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role));
