-- title: Active against open time
-- unit: hours
-- note: What each tool's seconds mean, and how many hours a cap on single events would remove. A cap is one rule for all tools; it cuts idle tabs and long honest work alike, so the hours without a cap come first. Gap-derived time is an estimate.
-- parameters: from_on, to_on, projects, teams, people, roles

with event as (
    select
        source, time_kind, coalesce(idle_rule, '') as idle_rule, milliseconds,
        case
            when time_kind = 'gap-derived' then 'estimate from the gaps between events'
            when time_kind = 'start-end' then 'open: from start to end, idle included'
            when idle_rule like 'open time%' then 'open: idle included'
            when idle_rule is not null then 'active, by the rule of the tool'
            when milliseconds is not null then 'as reported, rule not said'
            else 'no time'
        end as meaning
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    where person is not null
), cap (cap_seconds) as (
    values (cast(null as integer)), (30), (60), (120), (300), (600), (900), (1800), (3600)
)
select
    event.meaning, event.source, event.time_kind, event.idle_rule, cap.cap_seconds,
    count(*) as events,
    count(event.milliseconds) as timed_events,
    hours_of_ms(sum(event.milliseconds)) as recorded_hours,
    hours_of_ms(sum(
        case when event.milliseconds > cap.cap_seconds * 1000 then cap.cap_seconds * 1000 else event.milliseconds end
    )) as hours,
    count(*) filter (where event.milliseconds > cap.cap_seconds * 1000) as events_cut,
    case
        when count(event.milliseconds) > 0
            then hours_of_ms(coalesce(sum(event.milliseconds - cap.cap_seconds * 1000)
                filter (where event.milliseconds > cap.cap_seconds * 1000), 0))
    end as hours_taken_away
from event cross join cap
where cap.cap_seconds is null or event.milliseconds is not null
group by all
order by cap.cap_seconds nulls first, event.meaning, event.source, event.time_kind, event.idle_rule
