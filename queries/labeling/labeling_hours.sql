-- title: Labeling work by week, project, team, person, method, stage and outcome
-- unit: hours
-- note: Every event of people's work in the labeling logs, in whole and along one side at a time; what a machine made is left out. Timed is the share of events whose time is known: below 100%, hours are a lower bound. Methods are those of events, not of labels. Minutes in which a person had several labels open count once; in daily sums they count for each label, and labels that are only stamped have no time. People stand in no order of rank.
-- parameters: from_on, to_on, projects, teams, people, roles, methods, stages

with worked as (
    select
        coalesce(week_of(day_on), date '0001-01-01') as week_on, project, team, person_name as person, method, stage,
        outcome, sum(events) as events, sum(events) filter (where is_summed) as summed_events,
        sum(timed_events) as timed_events, sum(milliseconds) as milliseconds, sum(objects) as objects
    from filtered_work($from_on, $to_on, $projects, $teams, $people, $roles)
    where person is not null
        and (len($methods) = 0 or list_contains($methods, method)) and (len($stages) = 0 or list_contains($stages, stage))
    group by 1, 2, 3, 4, 5, 6, 7
), cut as (
    select
        list_position([week_on is not null, project is not null, team is not null, person is not null,
            method is not null, stage is not null, outcome is not null], true) as place,
        week_on, project, team, person, method, stage, outcome, sum(events) as events,
        sum(summed_events) as summed_events, sum(timed_events) as timed_events, sum(milliseconds) as milliseconds,
        sum(objects) as objects
    from worked
    group by grouping sets ((), (week_on), (project), (team), (person), (method), (stage), (outcome))
)
select
    coalesce(['week', 'project', 'team', 'person', 'method', 'stage', 'outcome'][place], 'all') as cut,
    nullif(week_on, date '0001-01-01') as week_on, project, team, person, method, stage, outcome,
    cast(events as bigint) as events, cast(timed_events as bigint) as timed_events,
    timed_events / nullif(events, 0) as timed_share,
    case when timed_events > 0 then hours_of_ms(milliseconds) end as hours, cast(objects as bigint) as objects,
    cast(coalesce(summed_events, 0) as bigint) as summed_events
from cut
where events > 0
order by place nulls first, week_on nulls last, project, team, method, stage, outcome, md5(person), person
