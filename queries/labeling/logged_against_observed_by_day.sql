-- title: Logged against observed time by person and day, and by team and week
-- unit: hours
-- note: What people entered in a time tracker beside what labeling tools saw of them, joined by person and day; the two are never added. Logged for labels is annotating and review. Training runs are machine time and are only counted. Where a person has entries or events on a day but not both, the other side is empty, not zero. Timed is the share of events whose tool measured a time: below 100%, observed hours are a lower bound. People stand in no order of rank.
-- parameters: from_on, to_on, projects, teams, people, roles

with logged as (
    select
        day_on, person_name, team, sum(seconds) as tracked_seconds,
        sum(seconds) filter (where category in ('annotating', 'review')) as logged_seconds
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[]))
    where person_name <> '(nobody named)'
    group by 1, 2, 3
), event as (
    select person, day_on, person_name, team, milliseconds, 1 as events, if(milliseconds is null, 0, 1) as timed_events
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    union all
    select person, day_on, person_name, team, if(timed_events > 0, milliseconds, null), events, timed_events
    from filtered_work($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_summed
), observed as (
    select
        day_on, person_name, team, sum(milliseconds) as milliseconds, sum(events) as events,
        sum(timed_events) as timed_events
    from event
    where person is not null and day_on is not null
    group by 1, 2, 3
), ran as (
    select run.day_on, coalesce(named.person_name, run.person) as person_name, count(*) as runs
    from machine_run as run
    left join named_person as named on named.person = run.person
    where run.person is not null and (len($projects) = 0 or list_contains($projects, run.project))
    group by 1, 2
), person_day as (
    select
        coalesce(logged.day_on, observed.day_on) as day_on,
        coalesce(logged.person_name, observed.person_name) as person_name,
        coalesce(logged.team, observed.team) as team, logged.tracked_seconds, logged.logged_seconds,
        observed.milliseconds, observed.events, observed.timed_events
    from logged
    full outer join observed
        on observed.day_on = logged.day_on and observed.person_name = logged.person_name and observed.team = logged.team
), joined as (
    select person_day.*, ran.runs
    from person_day
    left join ran on ran.day_on = person_day.day_on and ran.person_name = person_day.person_name
), cut as (
    select 1 as place, 'person and day' as cut, joined.day_on, person_name, joined.* exclude (day_on, person_name)
    from joined
    union all
    select 2, 'team and week', week_of(day_on), null, joined.* exclude (day_on, person_name) from joined
)
select
    cut, day_on, team, person_name as person, count(*) as person_days,
    count(*) filter (where tracked_seconds is not null and events is not null) as both_days,
    hours(sum(tracked_seconds)) as tracked_hours, hours(sum(logged_seconds)) as logged_hours,
    hours_of_ms(sum(milliseconds)) as observed_hours,
    hours(sum(logged_seconds)) - hours_of_ms(sum(milliseconds)) as gap_hours,
    case when sum(logged_seconds) > 0 then hours_of_ms(sum(milliseconds)) / hours(sum(logged_seconds)) end as observed_share,
    cast(sum(events) as bigint) as events, cast(sum(timed_events) as bigint) as timed_events,
    sum(timed_events) / nullif(sum(events), 0) as timed_share, cast(sum(runs) as bigint) as runs
from cut
group by place, cut, day_on, team, person_name
order by place, day_on desc, team, md5(person_name), person_name
