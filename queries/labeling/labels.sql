-- title: Single labels
-- unit: seconds
-- note: One row per label, newest first: its annotator's seconds, those of its reviews and rework, and what the export says of it. Empty is unknown. Long and free answers are digests.
-- parameters: from_on, to_on, projects, teams, people, roles, methods, limit

with selected as (
    select
        day_on, finished_at, source, tool_project, project, dataset, item, person, person_name, team, role, method,
        automation, suggestion, outcome, is_produced, is_reviewed, rejections, annotate_ms, review_ms, rework_ms,
        time_kind, idle_rule, objects, label_kind, answer, difficulty, agreement, gold_score, model, tokens, cost,
        currency, holdout, eligible
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where len($methods) = 0 or list_contains($methods, method)
), counted as (
    select count(*) as found from selected
)
select
    day_on, finished_at, source, tool_project, project, dataset, item, if(person is null, null, person_name) as person,
    team, role, method, automation, suggestion, outcome, is_produced, is_reviewed, rejections,
    annotate_ms / 1000.0 as seconds, review_ms / 1000.0 as review_seconds, rework_ms / 1000.0 as rework_seconds,
    time_kind, idle_rule, objects, label_kind, answer, difficulty, agreement, gold_score, model, tokens, cost, currency,
    holdout, eligible, counted.found
from selected
cross join counted
order by day_on desc nulls last, finished_at desc nulls last, source, tool_project, item, md5(person_name)
limit $limit
