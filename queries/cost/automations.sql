-- title: The register of automations
-- unit: rows
-- note: One row per automation; labels are those in the period that it helped with.
-- parameters: from_on, to_on

with scope as (
    select
        automation, string_agg(distinct project, '; ' order by project) as projects, min(from_on) as from_on,
        case when bool_or(to_on is null) then null else max(to_on) end as to_on
    from automation_scope
    group by 1
), used as (
    select automation, count(*) as labels
    from filtered_labels($from_on, $to_on, [], [], [], [])
    where is_produced and automation is not null
    group by 1
)
select
    automation.name as automation, automation.technique, automation.applies, scope.projects, scope.from_on,
    scope.to_on, coalesce(used.labels, 0) as labels, automation.note
from automation
left join scope on scope.automation = automation.name
left join used on used.automation = automation.name
order by scope.from_on, automation.name
