-- title: Weekly history of labeling, by project
-- unit: labels and seconds per week
-- note: One row per project and complete week since the project's first label, including weeks without labels. Only labels that a person produced. A week is complete if it is over and the newest label of the project's tools is from its Friday or later. Seconds are those of timed labels; each sum has its number of labels next to it. people counts those who annotated; reviewed counts labels that were reviewed, with or without a time.
-- parameters: to_on, projects, teams, people, roles, today

with produced as (
    select
        project, source, person_name, cast(date_trunc('week', day_on) as date) as week_on,
        method = 'manual' as is_manual,
        method not in ('manual', 'unknown', 'imported') as is_offered,
        suggestion,
        annotate_ms + coalesce(review_ms, 0) as handling_ms,
        case when annotate_ms is not null then coalesce(rework_ms, 0) end as rework_ms,
        is_reviewed or review_ms is not null as is_reviewed,
        case when annotate_ms is not null then review_ms end as review_ms
    from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and day_on <= $today
), newest as (
    select source, max(day_on) as newest_on from label where day_on <= $today group by 1
), span as (
    select
        produced.project,
        min(produced.week_on) as first_on,
        date_trunc('week', least(max(newest.newest_on) + 2, $today - 1, coalesce($to_on, $today - 1)) - 6) as last_on
    from produced
    inner join newest on newest.source = produced.source
    group by 1
), week as (
    select project, cast(unnest(generate_series(first_on, last_on, interval 7 days)) as date) as week_on from span
), summed as (
    select
        project, week_on,
        count(*) as items,
        count(*) filter (where is_offered) as offered,
        count(*) filter (where is_offered and suggestion = 'unchanged') as unchanged,
        count(*) filter (where is_offered and suggestion in ('edited', 'rejected')) as edited,
        sum(handling_ms + rework_ms) filter (where is_manual) / 1000.0 as manual_seconds,
        count(handling_ms) filter (where is_manual) as manual_timed,
        sum(handling_ms) filter (where is_offered and suggestion = 'unchanged') / 1000.0 as verify_seconds,
        count(handling_ms) filter (where is_offered and suggestion = 'unchanged') as verify_timed,
        sum(handling_ms) filter (where is_offered and suggestion in ('edited', 'rejected')) / 1000.0 as correct_seconds,
        count(handling_ms) filter (where is_offered and suggestion in ('edited', 'rejected')) as correct_timed,
        sum(handling_ms) filter (where is_offered) / 1000.0 as assisted_seconds,
        count(handling_ms) filter (where is_offered) as assisted_timed,
        sum(rework_ms) filter (where is_offered) / 1000.0 as rework_seconds,
        count(rework_ms) filter (where is_offered) as rework_timed,
        sum(handling_ms + rework_ms) / 1000.0 as human_seconds,
        count(handling_ms) as human_timed,
        count(distinct person_name) as people,
        count(*) filter (where is_reviewed) as reviewed,
        sum(review_ms) / 1000.0 as review_seconds,
        count(review_ms) as review_timed
    from produced
    group by 1, 2
)
select
    week.project, week.week_on,
    coalesce(items, 0) as items,
    coalesce(offered, 0) as offered,
    coalesce(unchanged, 0) as unchanged,
    coalesce(edited, 0) as edited,
    coalesce(manual_seconds, 0.0) as manual_seconds,
    coalesce(manual_timed, 0) as manual_timed,
    coalesce(verify_seconds, 0.0) as verify_seconds,
    coalesce(verify_timed, 0) as verify_timed,
    coalesce(correct_seconds, 0.0) as correct_seconds,
    coalesce(correct_timed, 0) as correct_timed,
    coalesce(assisted_seconds, 0.0) as assisted_seconds,
    coalesce(assisted_timed, 0) as assisted_timed,
    coalesce(rework_seconds, 0.0) as rework_seconds,
    coalesce(rework_timed, 0) as rework_timed,
    coalesce(human_seconds, 0.0) as human_seconds,
    coalesce(human_timed, 0) as human_timed,
    coalesce(people, 0) as people,
    coalesce(reviewed, 0) as reviewed,
    coalesce(review_seconds, 0.0) as review_seconds,
    coalesce(review_timed, 0) as review_timed
from week
left join summed on summed.project = week.project and summed.week_on = week.week_on
order by week.project, week.week_on
