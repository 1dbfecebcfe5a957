-- title: Items by state of work, day by day
-- unit: items
-- note: How many items stand in each state at the end of the day; the last thing that people did with an item decides. Teams, people and roles choose the items that these labeled. Done is accepted or fixed in a review; where a tool's project has no review in the log, it is labeled. Where only some items are reviewed, most of those not reviewed are done, too. Sent back is annotating again. Items that nobody opened, that nobody was given and no machine proposed for are in no export, so their number is unknown. Periods of more than 200 days have the last day of each week.
-- parameters: from_on, to_on, projects, teams, people, roles

with selected as (
    select hash(source, tool_project, item) as item_hash
    from filtered_labels(null, null, $projects, $teams, $people, $roles)
    group by 1
), logged as (
    select
        hash(
            source, coalesce(project, ''), coalesce(item, 'line ' || import_id || '/' || line)
        ) as item_hash,
        source, coalesce(project, '') as tool_project, stage, outcome, person, day_on,
        coalesce(finished_at, started_at) as moment
    from labeling_event
), placed as (
    select logged.item_hash, source, tool_project, stage, outcome, person, day_on, moment
    from logged
    semi join selected using (item_hash)
), reviewed as (
    select distinct source, tool_project
    from placed
    where stage in ('review', 'adjudicate') and outcome in ('accepted', 'fixed', 'rejected')
), event as (
    select
        placed.item_hash, placed.day_on, placed.moment,
        outcome <> 'assigned' and (stage <> 'annotate' or placed.person is not null) as is_work,
        case
            when outcome = 'assigned' or stage = 'annotate' and placed.person is null and outcome = 'draft' then 'not started'
            when stage = 'annotate' and placed.person is null then 'made by a machine'
            when stage in ('review', 'adjudicate') and outcome in ('accepted', 'fixed') then 'done'
            when outcome in ('draft', 'deleted') or stage in ('review', 'adjudicate') and outcome = 'rejected' then 'annotating'
            when stage = 'annotate' and outcome in ('skipped', 'cancelled') then 'skipped'
            when stage in ('annotate', 'rework') and reviewed.source is null then 'done'
            when stage in ('annotate', 'rework') then 'labeled, not reviewed'
        end as state
    from placed
    left join reviewed on reviewed.source = placed.source and reviewed.tool_project = placed.tool_project
), item_day as (
    -- One number decides, which is quicker than several: work before proposals, then the moment, then how far it is.
    select
        item_hash, day_on, bool_or(is_work) as is_work,
        arg_max(
            state,
            if(is_work, 4000000000000000000, 0) + 32 * coalesce(epoch_us(moment), 0)
                + case state when 'annotating' then 0 when 'done' then 31 else ascii(state) - 96 end
        ) as state
    from event
    where state is not null and is_in_period(day_on, cast(null as date), $to_on) and day_on is not null
    group by 1, 2
), telling as (
    -- What a machine proposes for an item that people have begun changes nothing.
    select item_hash, day_on, state
    from item_day
    qualify is_work or not bool_or(is_work) over (partition by item_hash order by day_on)
), changed as (
    select day_on, state, lag(state) over (partition by item_hash order by day_on) as before from telling
), flow as (
    select day_on, state, count(*) as items from changed where state is distinct from before group by 1, 2
    union all
    select day_on, before, -count(*) from changed where before is not null and state <> before group by 1, 2
), span as (
    select min(day_on) as first_on, max(day_on) as last_on, greatest(min(day_on), $from_on) as shown_from from flow
), calendar as (
    select cast(unnest(generate_series(first_on, last_on, interval 1 day)) as date) as day_on from span
), day_state as (
    select calendar.day_on, present.state, coalesce(sum(flow.items), 0) as items
    from calendar
    cross join (select distinct state from flow) as present
    left join flow on flow.day_on = calendar.day_on and flow.state = present.state
    group by 1, 2
), stock as (
    select day_on, state, cast(sum(items) over (partition by state order by day_on) as bigint) as items from day_state
), dated as (
    select count(distinct item_hash) as undated_items
    from placed
    where day_on is null and item_hash not in (select item_hash from placed where day_on is not null)
)
select
    stock.day_on, stock.state, stock.items, cast(sum(stock.items) over (partition by stock.day_on) as bigint) as known_items,
    stock.items / nullif(sum(stock.items) over (partition by stock.day_on), 0) as share, dated.undated_items
from stock
cross join span
cross join dated
where stock.day_on >= span.shown_from
    and (
        span.last_on - span.shown_from <= 200 or stock.day_on = span.last_on
        or week_of(stock.day_on) <> week_of(stock.day_on + 1)
    )
order by stock.day_on, stock.state
