-- title: Labels by people, by project and automation
-- unit: labels
-- note: Every label up to the last day of the period. automation is null for labels by hand; is_compared marks the labels of `labels_for_estimate`, whose method is known.
-- parameters: to_on, projects, teams, people, roles

select
    project,
    case when method <> 'manual' then named_automation(automation) end as automation,
    method not in ('unknown', 'imported', 'active_learning') as is_compared,
    count(*) as labels
from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
where is_produced and person is not null and day_on is not null
group by 1, 2, 3
order by 1, 2, 3
