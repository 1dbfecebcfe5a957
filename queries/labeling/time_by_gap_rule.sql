-- title: Time by a gap rule of your own
-- unit: hours
-- note: An estimate, not a measurement: for items with several events of one person, gaps up to the limit count as work and longer ones as idle. The time before the first event of an item is unknown, so it is missing; the tool's own seconds for the same items are shown beside it where there are any.
-- parameters: from_on, to_on, projects, teams, people, roles

with event as (
    select source, tool_project, item, person, finished_at, milliseconds
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    where stage = 'annotate' and person is not null and finished_at is not null
), gap as (
    select
        source, tool_project, item, person, milliseconds,
        epoch_ms(finished_at) - epoch_ms(lag(finished_at) over per_person_item) as gap_ms,
        count(distinct finished_at) over (partition by source, tool_project, item, person) as moments
    from event
    window per_person_item as (partition by source, tool_project, item, person order by finished_at)
), allowed (limit_seconds) as (
    values (30), (60), (100), (120), (300), (600), (1200)
)
select
    gap.source, allowed.limit_seconds,
    count(distinct hash(gap.tool_project, gap.item, gap.person)) as labels,
    count(gap.gap_ms) as gaps,
    count(*) filter (where gap.gap_ms > allowed.limit_seconds * 1000) as gaps_over,
    hours_of_ms(coalesce(sum(gap.gap_ms) filter (where gap.gap_ms <= allowed.limit_seconds * 1000), 0)) as estimated_hours,
    hours_of_ms(sum(gap.gap_ms)) as open_hours,
    hours_of_ms(sum(gap.milliseconds)) as recorded_hours
from gap cross join allowed
where gap.moments > 1
group by all
order by gap.source, allowed.limit_seconds
