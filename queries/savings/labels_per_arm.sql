-- title: Labels that an estimate of savings compares, by project and automation
-- unit: labels
-- note: The labels of `labels_for_estimate`; automation is null for labels by hand.
-- parameters: to_on, projects, teams, people, roles

select
    project,
    case when method <> 'manual' then named_automation(automation) end as automation,
    count(*) as labels
from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
where is_produced and person is not null and day_on is not null and method not in ('unknown', 'imported', 'active_learning')
group by 1, 2
order by 1, 2
