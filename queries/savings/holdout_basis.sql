-- title: Inputs for the price of a hold-out
-- unit: labels
-- note: By project: annotators with finished labels, labels by hand with a time, their mean seconds with review and rework, and held-out items done by hand so far.
-- parameters: project

select
    count(distinct person) as annotators,
    count(*) filter (where method = 'manual' and annotate_ms is not null) as manual_labels,
    avg(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0))
        filter (where method = 'manual' and annotate_ms is not null) / 1000.0 as manual_seconds,
    count(distinct item) filter (where holdout and method = 'manual') as held_out
from filtered_labels(null, null, [], [], [], [])
where project = $project and is_produced and person is not null
order by annotators
