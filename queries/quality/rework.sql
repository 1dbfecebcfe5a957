-- title: Rework
-- unit: hours
-- note: Time spent on labels after they were sent back, charged to the method that made them. The share is of all timed work (labeling, review and rework) in the tool projects whose log tells how long rework took. Elsewhere rework is unknown, not zero.
-- parameters: from_on, to_on, projects, teams, people, roles

with worked as (
    select
        source, tool_project, project, method, is_produced, is_reviewed, rejections, rework_ms,
        coalesce(annotate_ms, 0) + coalesce(review_ms, 0) + coalesce(rework_ms, 0) as all_ms
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
), told as (
    -- A log tells about rework when it times some, or when its reviews sent nothing back.
    select
        worked.*,
        bool_or(rework_ms is not null) over of_tool
            or (bool_or(is_reviewed) over of_tool and max(rejections) over of_tool = 0) as is_told
    from worked
    window of_tool as (partition by source, tool_project)
), cut as (
    select 1 as place, 'all labels' as cut, 'all' as name, * from told
    union all
    select 2, 'project', project, * from told
    union all
    select 3, 'method', method, * from told
)
select
    cut, name,
    count(*) filter (where is_produced) as labels,
    count(*) filter (where is_produced and is_reviewed) as reviewed,
    count(*) filter (where is_produced and rejections > 0) as sent_back,
    count(*) filter (where rework_ms is not null) as reworked,
    count(*) filter (where is_produced and rejections > 0 and not is_told) as sent_back_untold,
    cast(sum(rework_ms) as bigint) as rework_milliseconds,
    cast(sum(all_ms) filter (where is_told) as bigint) as told_milliseconds,
    -- A nothing that is known for a part of the labels only is no zero for all of them.
    case when bool_or(is_told) and (sent_back_untold = 0 or rework_milliseconds > 0)
        then coalesce(rework_milliseconds, 0) / 3600000.0 end as hours,
    sum(all_ms) filter (where is_told) / 3600000.0 as told_hours,
    hours / nullif(told_hours, 0) as share
from cut
group by place, cut, name
having labels > 0
order by place, name
