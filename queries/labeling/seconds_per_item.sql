-- title: Seconds per item
-- unit: seconds
-- note: The annotator's time on a finished label, without review and rework. Labels without a known time, or with 0 seconds, are counted, not guessed; time derived from the gaps between events is an estimate and has its own rows; constant timings are not informative and have no average. In a store of more than 500,000 labels, median and 90th percentile are of times rounded to three digits: at most 0.5% off.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with finished as (
    -- Equal times are counted once: a quantile over millions of single times does not fit into memory.
    select
        project, method, basis, if((select count(*) > 500000 from label), three_digits(annotate_ms), annotate_ms) as time_ms,
        count(*) as labels, sum(annotate_ms) as milliseconds, count(*) filter (where is_zero_time) as zero_seconds
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and not is_machine and (len($methods) = 0 or list_contains($methods, method))
    group by 1, 2, 3, 4
), cut as (
    select
        coalesce(project, '(all)') as project, coalesce(method, '(all)') as method,
        grouping(project) + grouping(method) as width, basis, time_ms, sum(labels) as labels,
        sum(milliseconds) as milliseconds, sum(zero_seconds) as zero_seconds
    from finished
    group by grouping sets (
        (basis, time_ms), (project, basis, time_ms), (method, basis, time_ms), (project, method, basis, time_ms)
    )
), placed as (
    select cut.*, sum(labels) over (by_time) as upto, sum(labels) over (whole) - 1 as last_place
    from cut
    window whole as (partition by width, project, method, basis), by_time as (whole order by time_ms)
), summed as (
    select
        project, method, width, basis,
        cast(sum(labels) as bigint) as labels,
        sum(milliseconds) / sum(labels) / 1000.0 as mean_seconds,
        counted_quantile(last_place * 0.5, time_ms, upto) / 1000.0 as median_seconds,
        counted_quantile(last_place * 0.9, time_ms, upto) / 1000.0 as p90_seconds,
        cast(sum(zero_seconds) as bigint) as zero_seconds
    from placed
    group by 1, 2, 3, 4
)
select
    project, method, basis, labels,
    labels / sum(labels) over (partition by project, method) as share_of_labels,
    if(basis in ('measured', 'gap-derived'), mean_seconds, null) as mean_seconds,
    if(basis in ('measured', 'gap-derived'), median_seconds, null) as median_seconds,
    if(basis in ('measured', 'gap-derived'), p90_seconds, null) as p90_seconds,
    zero_seconds,
    labels < 20 as is_small
from summed
order by width desc, project, method, basis
