-- title: Time by kind and class of label
-- unit: seconds
-- note: Finished labels by people, by what was drawn or chosen, and, of each kind, by the classes in the answer. A label of several classes stands under all of them together. Classes of fewer than 20 labels, and those after the 40 most frequent of a kind, stand together as rarer. Where the export holds no answer, or a digest, the class is unknown. Averages are over measured times only; shares are of all kinds, or of all classes.
-- parameters: from_on, to_on, projects, teams, people, roles

with finished as (
    select coalesce(label_kind, '(kind not said)') as label_kind, project, basis, annotate_ms, objects, answer
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and not is_machine
), answered as (
    select label_kind, answer, count(*) as labels, named_classes(answer) as class from finished group by 1, 2
), frequent as (
    select label_kind, class
    from answered
    where class is not null
    group by 1, 2
    having sum(labels) >= 20
    qualify row_number() over (partition by label_kind order by sum(labels) desc, class) <= 40
), classed as (
    select
        finished.label_kind, finished.project, finished.basis, finished.annotate_ms, finished.objects,
        case
            when answered.class is null then '(unknown)'
            when frequent.class is null then '(rarer classes)'
            else answered.class
        end as class
    from finished
    inner join answered
        on answered.label_kind = finished.label_kind and answered.answer is not distinct from finished.answer
    left join frequent on frequent.label_kind = answered.label_kind and frequent.class = answered.class
), cut as (
    select 1 as place, '(all)' as class, classed.* exclude (class) from classed
    union all
    select 2, class, classed.* exclude (class) from classed
)
select
    label_kind, class, project, count(*) as labels,
    count(*) / sum(count(*)) over (partition by place) as share_of_labels,
    count(*) filter (where basis = 'measured') as timed_labels,
    hours(sum(annotate_ms) filter (where basis = 'measured') / 1000.0) as hours,
    sum(annotate_ms) filter (where basis = 'measured')
        / nullif(sum(sum(annotate_ms) filter (where basis = 'measured')) over (partition by place), 0) as share,
    avg(annotate_ms) filter (where basis = 'measured') / 1000.0 as mean_seconds,
    median(annotate_ms) filter (where basis = 'measured') / 1000.0 as median_seconds,
    quantile_cont(annotate_ms, 0.9) filter (where basis = 'measured') / 1000.0 as p90_seconds,
    cast(sum(objects) filter (where basis = 'measured' and objects > 0) as bigint) as objects,
    sum(annotate_ms) filter (where basis = 'measured' and objects > 0) / 1000.0
        / nullif(sum(objects) filter (where basis = 'measured' and objects > 0), 0) as seconds_per_object,
    count(*) filter (where basis = 'measured') < 20 as is_small
from cut
group by place, label_kind, class, project
order by place, hours desc nulls last, label_kind, class, project
