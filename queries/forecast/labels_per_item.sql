-- title: Labels per item, by project
-- unit: labels per item
-- note: Of the last twelve weeks of a project, because several people may label one item. Only labels that a person produced, of items with a name.
-- parameters: to_on, projects, teams, people, roles, today

with produced as (
    select project, hash(item) as item, day_on, max(day_on) over (partition by project) as last_on
    from filtered_labels(null, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and item is not null and day_on <= $today
)
select project, count(*) / count(distinct item) as labels_per_item
from produced
where day_on > last_on - 84
group by project
order by project
