-- title: Labels and their time by project and method
-- unit: labels and milliseconds
-- note: Only work of people. A label's time is annotating, review and rework; labels without a known time are counted separately, and time that is told by period and not by label is left out.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    project, method,
    count(annotate_ms) as timed_labels,
    cast(coalesce(
        sum(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0)), 0
    ) as bigint) as milliseconds,
    count(*) - count(annotate_ms) as untimed_labels
from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
where person is not null and basis <> 'not by label'
group by 1, 2
order by 1, 2
