-- title: Suggestions kept, time and errors by week
-- unit: labels
-- note: One row per automation and week with suggestions of known outcome: how many were kept, the median seconds of timed labels, and how many gold-scored labels missed the full score.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    named_automation(automation) as automation,
    week_of(day_on) as week_on,
    count(*) filter (where suggestion in ('unchanged', 'edited', 'rejected')) as suggestions,
    count(*) filter (where suggestion = 'unchanged') as unchanged,
    count(*) filter (where suggestion = 'unchanged')
        / nullif(count(*) filter (where suggestion in ('unchanged', 'edited', 'rejected')), 0) as unchanged_share,
    count(annotate_ms) as timed,
    median(annotate_ms) / 1000.0 as median_seconds,
    count(gold_score) as gold,
    count(*) filter (where gold_score < 1) as wrong
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
where is_produced and person is not null and day_on is not null
    and method not in ('manual', 'unknown', 'imported')
group by 1, 2
having suggestions > 0
order by 1, 2
