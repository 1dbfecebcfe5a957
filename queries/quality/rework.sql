-- title: Rework
-- unit: hours
-- note: Time spent on labels after they were sent back, charged to the method that made them. The share is of all timed work (labeling, review and rework) in the tool projects whose log records how long rework took. Elsewhere rework is unknown, not zero. Reviews and rework that may be about any label of an item count for all of them, with their time split evenly: open_reviews counts such labels.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with worked as (
    select
        source, tool_project, project, method, is_produced, is_reviewed, rejections, rework_ms, open_reviews,
        coalesce(annotate_ms, 0) + coalesce(review_ms, 0) + coalesce(rework_ms, 0) as all_ms
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
), rework_coverage as (
    -- Rework is known where the log times some, or where its reviews sent nothing back.
    select
        worked.*,
        bool_or(rework_ms is not null) over per_tool
            or (bool_or(is_reviewed) over per_tool and max(rejections) over per_tool = 0) as is_rework_known
    from worked
    window per_tool as (partition by source, tool_project)
    qualify (len($methods) = 0 or list_contains($methods, method))
), cut as (
    select 1 as place, 'all labels' as cut, 'all' as name, * from rework_coverage
    union all
    select 2, 'project', project, * from rework_coverage
    union all
    select 3, 'method', method, * from rework_coverage
)
select
    cut, name,
    count(*) filter (where is_produced) as labels,
    count(*) filter (where is_produced and is_reviewed) as reviewed,
    count(*) filter (where is_produced and rejections > 0) as sent_back,
    count(*) filter (where rework_ms is not null) as reworked,
    count(*) filter (where is_produced and rejections > 0 and not is_rework_known) as sent_back_untold,
    count(*) filter (where is_produced and open_reviews > 0) as open_reviews,
    cast(sum(rework_ms) as bigint) as rework_milliseconds,
    cast(sum(all_ms) filter (where is_rework_known) as bigint) as told_milliseconds,
    -- Zero rework known for only some of the labels is not zero for all of them.
    case when bool_or(is_rework_known) and (sent_back_untold = 0 or rework_milliseconds > 0)
        then hours_of_ms(coalesce(rework_milliseconds, 0)) end as hours,
    hours_of_ms(sum(all_ms) filter (where is_rework_known)) as told_hours,
    hours / nullif(told_hours, 0) as share
from cut
group by place, cut, name
having labels > 0
order by place, name
