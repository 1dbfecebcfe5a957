-- title: Time by kind of label
-- unit: seconds
-- note: Finished labels by people, by what was drawn or chosen. Averages are over measured times only; the share is of the measured hours of all kinds.
-- parameters: from_on, to_on, projects, teams, people, roles

with finished as (
    select coalesce(label_kind, '(kind not said)') as label_kind, project, basis, seconds, objects
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and not is_machine
)
select
    label_kind, project, count(*) as labels,
    count(*) filter (where basis = 'measured') as timed_labels,
    hours(sum(seconds) filter (where basis = 'measured')) as hours,
    sum(seconds) filter (where basis = 'measured') / nullif(sum(sum(seconds) filter (where basis = 'measured')) over (), 0)
        as share,
    avg(seconds) filter (where basis = 'measured') as mean_seconds,
    median(seconds) filter (where basis = 'measured') as median_seconds,
    quantile_cont(seconds, 0.9) filter (where basis = 'measured') as p90_seconds,
    sum(seconds) filter (where basis = 'measured' and objects > 0)
        / nullif(sum(objects) filter (where basis = 'measured' and objects > 0), 0) as seconds_per_object,
    count(*) filter (where basis = 'measured') < 20 as is_small
from finished
group by 1, 2
order by hours desc nulls last, label_kind, project
