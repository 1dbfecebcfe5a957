-- title: Measures that targets are set on, by week
-- unit: that of the measure
-- note: One row per measure, project and week; value = part / whole, or part if there is no whole; open_part is not sorted yet (uncategorized) and may belong to both. Each measure counts as its figure does: times are measured ones, acceptance is of reviewed labels, suggestions kept is of suggestions with a known outcome, rework is of tool projects whose log records it.
-- parameters: today

with tracked as (
    select
        tracked.project, cast(date_trunc('week', tracked.day_on) as date) as week_on,
        coalesce(sum(seconds) filter (where side = 'labeling'), 0) as labeling_seconds,
        coalesce(sum(seconds) filter (where side = 'modeling'), 0) as modeling_seconds,
        coalesce(sum(seconds) filter (where tracked.category = 'review'), 0) as review_seconds,
        coalesce(sum(seconds) filter (where tracked.category = 'uncategorized'), 0) as open_seconds,
        sum(seconds) as seconds
    from filtered_time(
        null, $today, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    ) as tracked
    left join category_side on category_side.category = tracked.category
    group by 1, 2
), judged as (
    select label.*, is_reviewed and project in (select project from accepting_project) as is_judged
    from timed_labels(
        null, $today, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    ) as label
), labeled as (
    select
        project, cast(date_trunc('week', day_on) as date) as week_on,
        count(*) filter (where is_produced and not is_machine) as labels,
        count(*) filter (where is_produced and not is_machine and basis = 'measured') as timed,
        sum(seconds) filter (where is_produced and not is_machine and basis = 'measured') as timed_seconds,
        sum(seconds) filter (where not is_machine and basis = 'measured') as worked_seconds,
        count(*) filter (where is_produced and is_judged) as reviewed,
        count(*) filter (where is_produced and is_judged and outcome in ('accepted', 'fixed')) as accepted,
        count(*) filter (where is_produced and is_judged and outcome = 'accepted' and rejections = 0) as first_pass,
        count(*) filter (where is_produced and not is_machine and suggestion = 'unchanged') as kept,
        count(*) filter (where is_produced and not is_machine and suggestion in ('unchanged', 'edited', 'rejected'))
            as suggested,
        sum(gold_score order by gold_score) filter (where is_produced and not is_machine) as gold,
        count(gold_score) filter (where is_produced and not is_machine) as scored
    from judged
    group by 1, 2
), worked as (
    select
        project, cast(date_trunc('week', day_on) as date) as week_on, coalesce(rework_ms, 0) as rework_ms,
        coalesce(annotate_ms, 0) + coalesce(review_ms, 0) + coalesce(rework_ms, 0) as all_ms,
        -- A log records rework if it times some, or if its reviews rejected nothing.
        bool_or(rework_ms is not null) over of_tool
            or (bool_or(is_reviewed) over of_tool and max(rejections) over of_tool = 0) as is_rework_recorded
    from filtered_labels(
        null, $today, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    window of_tool as (partition by source, tool_project)
), reworked as (
    select project, week_on, sum(rework_ms) as rework_ms, sum(all_ms) as all_ms
    from worked
    where is_rework_recorded
    group by 1, 2
), measured as (
    select 'labeling share' as measure, project, week_on, labeling_seconds as part,
        labeling_seconds + modeling_seconds as whole, open_seconds as open_part
    from tracked
    union all
    select 'labeling hours a week', project, week_on, hours(labeling_seconds), null, hours(open_seconds) from tracked
    union all
    select 'modeling hours a week', project, week_on, hours(modeling_seconds), null, hours(open_seconds) from tracked
    union all
    select 'review hours a week', project, week_on, hours(review_seconds), null, hours(open_seconds) from tracked
    union all
    select 'tracked hours a week', project, week_on, hours(seconds), null, 0 from tracked
    union all
    select 'hours not sorted a week', project, week_on, hours(open_seconds), null, 0 from tracked
    union all
    select 'labels a week', project, week_on, labels, null, 0 from labeled
    union all
    select 'labels an hour', project, week_on, timed, coalesce(hours(worked_seconds), 0), 0 from labeled
    union all
    select 'seconds a label', project, week_on, timed_seconds, timed, 0 from labeled
    union all
    select 'acceptance', project, week_on, accepted, reviewed, 0 from labeled
    union all
    select 'first-pass acceptance', project, week_on, first_pass, reviewed, 0 from labeled
    union all
    select 'suggestions kept', project, week_on, kept, suggested, 0 from labeled
    union all
    select 'rework share', project, week_on, rework_ms, all_ms, 0 from reworked
    union all
    select 'gold score', project, week_on, gold, scored, 0 from labeled
)
select
    measure, project, week_on, cast(part as double) as part, cast(whole as double) as whole,
    cast(open_part as double) as open_part
from measured
where whole is null or whole > 0 or open_part > 0 or measure = 'labeling share'
order by 1, 2, 3
