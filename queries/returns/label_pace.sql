-- title: Human time per label
-- unit: seconds per label
-- note: Annotation, review and rework time of all finished, timed labels by people, divided by their number; labels of unknown time are counted separately.
-- parameters: from_on, to_on, projects

with finished as (
    select
        project, annotate_ms, coalesce(review_ms, 0) + coalesce(rework_ms, 0) as after_ms,
        annotate_ms is not null and time_kind <> 'none' as is_timed
    from filtered_labels(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    where is_produced and person is not null
)
select
    project, count(*) as labels, count(*) filter (where is_timed) as timed,
    sum(annotate_ms + after_ms) filter (where is_timed) / 1000.0 / nullif(count(*) filter (where is_timed), 0)
        as seconds_a_label
from finished
group by project
order by project
