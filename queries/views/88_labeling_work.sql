-- title: Labeling work by day: events that are held one by one, and those that are held as daily sums only
-- note: Methods are those of events. Of events held one by one, labels that a person had open at once take the time that they cover together, and labels that are only stamped the gap before them (`shared_time`). Daily sums have the times of their files. Of each place of events, the newest import counts. Assignments are no work.

create or replace view rolled_work as
with newest as (
    select events_at, max(import_id) as import_id from rolled_month group by 1
), month as (
    select rolled_month.sha256 from rolled_month semi join newest using (events_at, import_id)
)
select
    rolled.source, coalesce(rolled.project, '') as tool_project,
    coalesce(map.project, rolled.project, '(no project)') as project,
    coalesce(known.person, person_identity(null, rolled.person)) as person, rolled.person as told_name, rolled.day_on,
    rolled.method, rolled.stage, rolled.outcome, rolled.time_kind, rolled.events, rolled.timed_events,
    rolled.milliseconds, rolled.objects
from month
inner join rolled_day as rolled on rolled.sha256 = month.sha256
left join known_address as known on known.name = rolled.person
left join labeling_project as map on map.source = rolled.source and map.tool_project = coalesce(rolled.project, '')
where rolled.outcome <> 'assigned';

create or replace macro filtered_work(from_on, to_on, projects, teams, people, roles) as table
with single as (
    select source, project, person, day_on, method, stage, outcome, time_kind, events, timed_events, milliseconds, objects
    from labeling_day
    union all
    -- What overlaps and gaps make of a time.
    select
        event.source, event.project, event.person, event.day_on, event.method, event.stage, event.outcome,
        event.time_kind, 0, if(shared_time.milliseconds > 0, 1, 0) - if(event.milliseconds > 0, 1, 0),
        shared_time.milliseconds - coalesce(event.milliseconds, 0), null
    from shared_time
    inner join labeling_event as event using (import_id, source, source_key, occurrence)
), work as (
    select
        false as is_summed, coalesce(map.project, single.project, '(no project)') as project, single.person,
        single.day_on, single.method, single.stage, single.outcome, single.time_kind, single.events,
        single.timed_events, single.milliseconds, single.objects
    from single
    left join labeling_project as map on map.source = single.source and map.tool_project = coalesce(single.project, '')
    where single.outcome <> 'assigned'
    union all
    select
        true, project, person, day_on, method, stage, outcome, time_kind, events, timed_events, milliseconds, objects
    from rolled_work
), named as (
    select
        work.*, coalesce(person.person_name, work.person, '(no person)') as person_name,
        coalesce(person.team, '(no team)') as team, coalesce(person.role, 'unknown') as role
    from work
    left join named_person as person on person.person = work.person
)
select
    is_summed, project, person, person_name, team, role, day_on, method, stage, outcome, time_kind, events,
    timed_events, milliseconds, objects
from named
where is_in_period(day_on, from_on, to_on)
    and (len(projects) = 0 or list_contains(projects, project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role));
