-- title: What targets are set on, week by week
-- unit: that of the measure
-- note: One row a measure, project and week; value = part / whole, or part alone where there is no whole. Labels that a person produced. Acceptance is the share of suggestions of known outcome that were kept unchanged.
-- parameters: today

with tracked as (
    select
        project, cast(date_trunc('week', day_on) as date) as week_on,
        coalesce(sum(seconds) filter (where side = 'labeling'), 0) as labeling_seconds, sum(seconds) as both_seconds
    from filtered_time(
        null, $today, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    ) as tracked
    inner join share_definition on share_definition.category = tracked.category and definition = 'default'
    group by 1, 2
), labeled as (
    select
        project, cast(date_trunc('week', day_on) as date) as week_on, count(*) as labels,
        sum(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0)) / 1000.0 as seconds,
        count(annotate_ms) as timed,
        count(*) filter (where suggestion = 'unchanged') as unchanged,
        count(*) filter (where suggestion in ('unchanged', 'edited', 'rejected')) as known,
        sum(gold_score) as gold, count(gold_score) as scored
    from filtered_labels(
        null, $today, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    where is_produced and person is not null
    group by 1, 2
), measured as (
    select 'labeling share' as measure, project, week_on, labeling_seconds as part, both_seconds as whole from tracked
    union all
    select 'labeling hours a week', project, week_on, labeling_seconds / 3600.0, null from tracked
    union all
    select 'labels a week', project, week_on, labels, null from labeled
    union all
    select 'seconds a label', project, week_on, seconds, timed from labeled where timed > 0
    union all
    select 'acceptance', project, week_on, unchanged, known from labeled where known > 0
    union all
    select 'gold score', project, week_on, gold, scored from labeled where scored > 0
)
select measure, project, week_on, cast(part as double) as part, cast(whole as double) as whole
from measured
order by 1, 2, 3
