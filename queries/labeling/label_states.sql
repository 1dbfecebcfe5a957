-- title: What happened to items, week by week
-- unit: items
-- note: Distinct items by what happened to them in the week. An item counts in every state it reached, so the states do not add up to the items.
-- parameters: from_on, to_on, projects, teams, people, roles

with event as (
    select
        week_of(day_on) as week_on, source, tool_project, item,
        case
            when outcome = 'deleted' then 'taken back'
            when person is null and stage = 'annotate' then 'made by a machine'
            when stage = 'annotate' and outcome in ('skipped', 'cancelled') then 'skipped'
            when stage = 'annotate' and outcome = 'draft' then 'worked on'
            when stage = 'annotate' then 'labeled'
            when outcome = 'accepted' then 'accepted'
            when outcome = 'fixed' then 'fixed in review'
            when outcome = 'rejected' then 'sent back'
            when stage = 'rework' then 'reworked'
            else 'reviewed'
        end as state
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    where day_on is not null
)
select week_on, state, count(distinct hash(source, tool_project, item)) as items, count(*) as events
from event
group by 1, 2
order by 1, 2
