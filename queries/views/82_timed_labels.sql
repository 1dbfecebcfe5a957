-- title: Labels with what their time is worth
-- note: Labels of people, and labels that a machine made. basis says what the seconds are: 'measured' by the tool, 'gap-derived', 'not informative' (a person's times in a project are one value on 80 % or more of 20 or more labels), or 'unknown'.

create or replace macro timed_labels(from_on, to_on, projects, teams, people, roles) as table
with frequency as (
    select source, tool_project, person, annotate_ms, count(*) as labels
    from label
    where annotate_ms is not null and person is not null
    group by 1, 2, 3, 4
), constant as (
    select source, tool_project, person
    from frequency
    group by 1, 2, 3
    having sum(labels) >= 20 and max(labels) >= 0.8 * sum(labels)
)
select
    chosen.*,
    chosen.person is null as is_machine,
    chosen.annotate_ms / 1000.0 as seconds,
    case
        when chosen.annotate_ms is null then 'unknown'
        when constant.person is not null then 'not informative'
        when chosen.time_kind = 'gap-derived' then 'gap-derived'
        else 'measured'
    end as basis
from filtered_labels(from_on, to_on, projects, teams, people, roles) as chosen
left join constant
    on constant.source = chosen.source and constant.tool_project = chosen.tool_project and constant.person = chosen.person
where chosen.person is not null or chosen.is_produced;
