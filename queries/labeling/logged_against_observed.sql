-- title: Logged against observed labeling time
-- unit: hours
-- note: Of events that the store holds as daily sums, the labels cannot be counted: their events stand beside. Time entries for annotating and review beside the time that labeling tools recorded of people, by project and month. These are two views of the same work and are never added. More logged than observed: work away from the tool, time cut by the tool's idle rule, or labels without a time. More observed than logged: idle tabs, or work that nobody entered.
-- parameters: from_on, to_on, projects, teams, people, roles

with logged as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project, hours(sum(seconds)) as hours
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[]))
    where category in ('annotating', 'review')
    group by 1, 2
), work as (
    select
        day_on, project, coalesce(annotate_ms, 0) + coalesce(review_ms, 0) + coalesce(rework_ms, 0) as milliseconds,
        annotate_ms is not null or review_ms is not null or rework_ms is not null as is_timed, idle_rule,
        if(person is null, 0, 1) as labels, if(person is null or annotate_ms is not null, 0, 1) as untimed_labels,
        0 as summed_events, 0 as untimed_events
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where outcome <> 'assigned'
    union all
    select
        day_on, project, milliseconds, timed_events > 0, null, 0, 0, events, events - timed_events
    from filtered_work($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_summed and person is not null
), observed as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project,
        hours_of_ms(sum(milliseconds) filter (where is_timed)) as hours,
        cast(sum(labels) as bigint) as labels, cast(sum(untimed_labels) as bigint) as untimed_labels,
        cast(sum(summed_events) as bigint) as summed_events,
        cast(sum(untimed_events) as bigint) as untimed_events,
        string_agg(distinct idle_rule, '; ' order by idle_rule) as idle_rules
    from work
    where day_on is not null
    group by 1, 2
), undated as (
    select cast(coalesce(sum(labels), 0) as bigint) as undated_labels
    from work
    where day_on is null
), compared as (
    select
        coalesce(logged.month_on, observed.month_on) as month_on, coalesce(logged.project, observed.project) as project,
        logged.hours as logged_hours, observed.hours as observed_hours, coalesce(observed.labels, 0) as labels,
        coalesce(observed.untimed_labels, 0) as untimed_labels, coalesce(observed.summed_events, 0) as summed_events,
        coalesce(observed.untimed_events, 0) as untimed_events, observed.idle_rules
    from logged
    full outer join observed on logged.month_on = observed.month_on and logged.project = observed.project
)
select
    month_on, project, logged_hours, observed_hours, logged_hours - observed_hours as gap_hours,
    case when logged_hours > 0 then observed_hours / logged_hours end as observed_share, labels, untimed_labels, summed_events,
    (select undated_labels from undated) as undated_labels, idle_rules,
    case
        when observed_hours is null and labels + summed_events > 0 then 'the labels have no known time'
        when observed_hours is null then 'no events of a labeling tool for this project name'
        when logged_hours is null then 'no time entries for this project name'
        when project = '(no project)' then 'neither names its project: it need not be the same work'
        when untimed_labels + untimed_events > 0.2 * (labels + summed_events) then 'labels without a time: the tool saw more work than it timed'
        when observed_hours > 1.1 * logged_hours then 'idle tabs, or work that nobody entered'
        when observed_hours < 0.9 * logged_hours then 'work away from the tool, or time that an idle rule cut'
        else 'they agree within 10%'
    end as reading
from compared
order by month_on, project
