-- title: Projects and teams that have labels or labeling events
-- unit: labels
-- note: One row per project and team of the annotators; the labels among events that are held as daily sums cannot be counted; the filter options where no time is tracked.
-- parameters: from_on, to_on, projects, teams, people, roles

with counted as (
    select project, team, count(*) as labels, cast(null as bigint) as summed_events
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    group by 1, 2
    union all
    select project, team, null, sum(events)
    from filtered_work($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_summed
    group by 1, 2
)
select
    project, team, cast(sum(labels) as bigint) as labels, cast(sum(summed_events) as bigint) as summed_events
from counted
group by 1, 2
order by 1, 2
