-- title: Labels that an estimate of savings compares
-- unit: seconds
-- note: One row per label that a person produced and whose method is known, with the time of labeling, review and rework. Labels of items that active learning chose are in neither arm: it saves labels, not seconds of a label. Every label up to the last day of the period counts, since the labels compared with may be older. Difficulty is the log's own where the project has one, else log(1 + objects).
-- parameters: to_on, projects, teams, people, roles

with produced as (
    select
        source, tool_project, item, person_name, role, project, day_on, finished_at, method, automation, suggestion,
        difficulty, objects, label_kind, annotate_ms, time_kind, review_ms, rework_ms, is_reviewed, rejections, eligible, holdout,
        bool_or(difficulty is not null) over (partition by project) as has_difficulty
    from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and day_on is not null and method not in ('unknown', 'imported', 'active_learning')
), paid_day as (
    select distinct person_name, role, day_on from produced
), paid as (
    select person_name, role, day_on, hourly_rate(person_name, role, day_on) as rate from paid_day
)
select
    row_number() over (order by source, tool_project, item, person_name, finished_at, method) as label,
    person_name as annotator,
    project,
    case when method <> 'manual' then named_automation(automation) end as automation,
    coalesce(label_kind, '') as kind,
    case when has_difficulty then difficulty else ln(1 + objects) end as proxy,
    case when has_difficulty then 'difficulty' when objects is not null then 'objects' end as proxy_from,
    annotate_ms / 1000.0 as annotate_seconds,
    review_ms / 1000.0 as review_seconds,
    rework_ms / 1000.0 as rework_seconds,
    is_reviewed,
    rejections > 0 as is_rejected,
    suggestion,
    coalesce(time_kind = 'gap-derived', false) as is_estimated,
    method <> 'manual' as assisted,
    day_on,
    finished_at,
    source || '/' || tool_project || '/' || item as item,
    eligible,
    holdout,
    rate.hourly as hourly,
    rate.currency as currency
from produced
left join paid using (person_name, role, day_on)
order by label
