-- title: Rework
-- unit: hours
-- note: Time after a label was sent back, charged to the method that made the label. The share is of all timed work on the same labels: labeling, review and rework. Rework without a time is counted apart; without reviews and without rework in the log, rework is unknown, not zero.
-- parameters: from_on, to_on, projects, teams, people, roles

with worked as (
    select
        source, tool_project, item, project, method, rejections > 0 as is_rejected, is_reviewed, annotate_ms, review_ms, rework_ms
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
), untimed as (
    select project, method, count(*) as untimed_events
    from filtered_events($from_on, $to_on, $projects, $teams, $people, $roles)
    where stage = 'rework' and milliseconds is null
    group by 1, 2
), cell as (
    select
        project, method,
        count(*) as labels,
        count(*) filter (where is_reviewed) as reviewed,
        count(*) filter (where is_rejected) as sent_back,
        count(*) filter (where rework_ms is not null) as reworked,
        coalesce(sum(rework_ms), 0) as rework_ms,
        coalesce(sum(annotate_ms), 0) + coalesce(sum(review_ms), 0) + coalesce(sum(rework_ms), 0) as all_ms
    from worked
    group by 1, 2
), known as (
    select cell.*, coalesce(untimed.untimed_events, 0) as untimed_events
    from cell
    left join untimed using (project, method)
), cut as (
    select 1 as place, 'all labels' as cut, 'all' as name, * from known
    union all
    select 2, 'project', project, * from known
    union all
    select 3, 'method', method, * from known
)
select
    cut, name,
    cast(sum(labels) as bigint) as labels,
    cast(sum(reviewed) as bigint) as reviewed,
    cast(sum(sent_back) as bigint) as sent_back,
    cast(sum(reworked) as bigint) as reworked,
    cast(sum(untimed_events) as bigint) as untimed_events,
    cast(sum(rework_ms) as bigint) as rework_milliseconds,
    cast(sum(all_ms) as bigint) as all_milliseconds,
    case when sum(reworked) > 0 or (sum(reviewed) > 0 and sum(sent_back) = 0) then sum(rework_ms) / 3600000.0 end as hours,
    sum(all_ms) / 3600000.0 as all_hours,
    case when sum(reworked) > 0 or (sum(reviewed) > 0 and sum(sent_back) = 0) then sum(rework_ms) / nullif(sum(all_ms), 0) end as share
from cut
group by place, cut, name
order by place, name
