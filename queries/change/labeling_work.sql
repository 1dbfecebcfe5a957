-- title: Labels and their time by project and method
-- unit: labels and milliseconds
-- note: Only work of people. A label's time is annotating, review and rework; labels without a known time are counted separately.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    project, method,
    count(annotate_ms) as timed_labels,
    cast(coalesce(
        sum(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0)), 0
    ) as bigint) as milliseconds,
    count(*) - count(annotate_ms) as untimed_labels
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
where person is not null and outcome <> 'assigned'
group by 1, 2
order by 1, 2
