-- title: Time against quality
-- unit: seconds
-- note: One row per person, or a batch, and project. Time is the median labeling time only; quality is the first-pass rate. A point of few labels says little: fewer than 20 reviewed or timed count as too few. Items differ, so this ranks nobody.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with produced as (
    select project, coalesce(dataset, '(no batch)') as batch, person, person_name, outcome, rejections, annotate_ms,
        gold_score, is_reviewed and project in (select project from accepting_project) as is_reviewed
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and (len($methods) = 0 or list_contains($methods, method))
), cut as (
    select 'person' as cut, person_name as person, cast(null as varchar) as batch, project, outcome, is_reviewed, rejections, annotate_ms,
        gold_score
    from produced
    union all
    select 'batch', null, batch, project, outcome, is_reviewed, rejections, annotate_ms, gold_score
    from produced
    where batch <> '(no batch)'
)
select
    cut, person, batch, project,
    count(*) as labels,
    count(annotate_ms) as timed,
    median(annotate_ms) / 1000.0 as median_seconds,
    count(*) filter (where is_reviewed) as reviewed,
    count(*) filter (where is_reviewed and outcome = 'accepted' and rejections = 0) as first_pass,
    count(*) filter (where is_reviewed and outcome = 'accepted' and rejections = 0)
        / nullif(count(*) filter (where is_reviewed), 0) as first_pass_share,
    count(gold_score) as scored,
    avg(gold_score order by gold_score) as gold_score,
    count(annotate_ms) >= 20 and count(*) filter (where is_reviewed) >= 20 as is_enough
from cut
group by 1, 2, 3, 4
order by cut desc, project, labels desc, median_seconds, batch, person
