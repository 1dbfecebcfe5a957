-- title: Labels with the basis of their time
-- note: Labels by people and by machines. basis says what the seconds are: 'measured' by the tool, 'gap-derived', 'not informative' (a person's times in a project are one value on 80 % or more of 20 or more labels), 'not by label', or 'unknown'.
-- note: Where a tool tells time apart from labels, such as the hours of a person and week, its rows of time look like unfinished labels. Where no finished label of a project in a tool has a measured time, the time of unfinished ones is 'not by label': it may be that of the finished ones.

create or replace macro timed_labels(from_on, to_on, projects, teams, people, roles) as table
with by_second as (
    -- Who has one value on most labels has one second on most labels: few people are left to count by value.
    select source, tool_project, person, annotate_ms // 1000 as second, count(*) as labels
    from label
    where annotate_ms is not null and person is not null
    group by 1, 2, 3, 4
), even as (
    select source, tool_project, person
    from by_second
    group by 1, 2, 3
    having sum(labels) >= 20 and max(labels) >= 0.8 * sum(labels)
), frequency as (
    select source, tool_project, person, annotate_ms, count(*) as labels
    from label
    semi join even using (source, tool_project, person)
    where annotate_ms is not null
    group by 1, 2, 3, 4
), constant as (
    select source, tool_project, person
    from frequency
    group by 1, 2, 3
    having max(labels) >= 0.8 * sum(labels)
), begun as (
    select distinct source, tool_project
    from label
    where outcome = 'draft' and annotate_ms > 0 and person is not null
), rated as (
    select distinct source, tool_project
    from label
    semi join begun using (source, tool_project)
    anti join constant using (source, tool_project, person)
    where is_produced and annotate_ms > 0 and person is not null and time_kind <> 'gap-derived'
), apart as (
    select source, tool_project from begun anti join rated using (source, tool_project)
)
select
    filtered.*,
    filtered.person is null as is_machine,
    filtered.annotate_ms / 1000.0 as seconds,
    case
        when filtered.annotate_ms is null then 'unknown'
        when filtered.outcome = 'draft' and apart.source is not null then 'not by label'
        when constant.person is not null then 'not informative'
        when filtered.time_kind = 'gap-derived' then 'gap-derived'
        else 'measured'
    end as basis
from filtered_labels(from_on, to_on, projects, teams, people, roles) as filtered
left join constant
    on constant.source = filtered.source and constant.tool_project = filtered.tool_project and constant.person = filtered.person
left join apart on apart.source = filtered.source and apart.tool_project = filtered.tool_project
where (filtered.person is not null or filtered.is_produced) and filtered.outcome <> 'assigned';
