-- title: Seconds per item
-- unit: seconds
-- note: The annotator's time on a finished label, without review and rework. Labels without a known time are counted, not guessed; time derived from the gaps between events is an estimate and has its own rows; constant timings are not informative and have no average.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with finished as (
    select project, method, basis, seconds
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and not is_machine and (len($methods) = 0 or list_contains($methods, method))
), cut as (
    select
        coalesce(project, '(all)') as project, coalesce(method, '(all)') as method,
        grouping(project) + grouping(method) as width, basis,
        count(*) as labels,
        case when basis in ('measured', 'gap-derived') then avg(seconds) end as mean_seconds,
        case when basis in ('measured', 'gap-derived') then median(seconds) end as median_seconds,
        case when basis in ('measured', 'gap-derived') then quantile_cont(seconds, 0.9) end as p90_seconds,
        count(*) filter (where seconds = 0) as zero_seconds
    from finished
    group by grouping sets ((basis), (project, basis), (method, basis), (project, method, basis))
)
select
    project, method, basis, labels,
    labels / sum(labels) over (partition by project, method) as share_of_labels,
    mean_seconds, median_seconds, p90_seconds, zero_seconds,
    labels < 20 as is_small
from cut
order by width desc, project, method, basis
