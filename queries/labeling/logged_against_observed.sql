-- title: Logged against observed labeling time
-- unit: hours
-- note: Time entries for labeling and review beside the time that labeling tools recorded, by project and month. These are two views of the same work and are never added. More logged than observed: work away from the tool, time cut by the tool's idle rule, or labels without a time. More observed than logged: idle tabs, or work that nobody entered.
-- parameters: from_on, to_on, projects, teams, people, roles

with logged as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project, hours(sum(seconds)) as hours
    from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[]))
    where category in ('labeling', 'review')
    group by 1, 2
), observed as (
    select
        cast(date_trunc('month', day_on) as date) as month_on, project,
        hours_of_ms(sum(coalesce(annotate_ms, 0) + coalesce(review_ms, 0) + coalesce(rework_ms, 0))
            filter (where annotate_ms is not null or review_ms is not null or rework_ms is not null)) as hours,
        count(*) filter (where person is not null) as labels,
        count(*) filter (where person is not null and annotate_ms is null) as untimed_labels,
        string_agg(distinct idle_rule, '; ' order by idle_rule) as idle_rules
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where day_on is not null and outcome <> 'assigned'
    group by 1, 2
), compared as (
    select
        coalesce(logged.month_on, observed.month_on) as month_on, coalesce(logged.project, observed.project) as project,
        logged.hours as logged_hours, observed.hours as observed_hours, coalesce(observed.labels, 0) as labels,
        coalesce(observed.untimed_labels, 0) as untimed_labels, observed.idle_rules
    from logged
    full outer join observed on logged.month_on = observed.month_on and logged.project = observed.project
)
select
    month_on, project, logged_hours, observed_hours, logged_hours - observed_hours as gap_hours,
    observed_hours / nullif(logged_hours, 0) as observed_share, labels, untimed_labels, idle_rules,
    case
        when observed_hours is null and labels > 0 then 'the labels have no known time'
        when observed_hours is null then 'no events of a labeling tool for this project name'
        when logged_hours is null then 'no time entries for this project name'
        when untimed_labels > 0.2 * labels then 'labels without a time: the tool saw more work than it timed'
        when observed_hours > 1.1 * logged_hours then 'idle tabs, or work that nobody entered'
        when observed_hours < 0.9 * logged_hours then 'work away from the tool, or time that an idle rule cut'
        else 'they agree within 10%'
    end as reading
from compared
order by month_on, project
