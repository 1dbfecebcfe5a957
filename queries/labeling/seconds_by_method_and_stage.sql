-- title: Labeling time by method and stage
-- unit: hours
-- note: Every second of people in the log, counted once: annotating, review (with adjudication) and rework, under the method of the label worked on. The parts add up to that total; seconds of machines are left out; minutes in which a person had several units open count once. Labels without a known time, or with 0 seconds, are counted separately.
-- parameters: from_on, to_on, projects, teams, people, roles, methods, stages

with staged as (
    unpivot (
        select
            method,
            coalesce(annotate_ms, -1) as annotate, coalesce(review_ms, -1) as review, coalesce(rework_ms, -1) as rework
        from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
        where outcome <> 'assigned' and (len($methods) = 0 or list_contains($methods, method))
    ) on annotate, review, rework into name stage value milliseconds
)
select
    method, stage,
    cast(sum(milliseconds) filter (where milliseconds >= 0) as bigint) as milliseconds,
    hours_of_ms(sum(milliseconds) filter (where milliseconds >= 0)) as hours,
    sum(milliseconds) filter (where milliseconds >= 0)
        / nullif(sum(sum(milliseconds) filter (where milliseconds >= 0)) over (), 0) as share,
    count(*) filter (where milliseconds >= 0) as timed_labels,
    count(*) as labels
from staged
where len($stages) = 0 or list_contains($stages, stage)
group by 1, 2
order by 1, 2
