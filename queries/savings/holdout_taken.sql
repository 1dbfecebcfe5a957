-- title: Items that a plan can no longer assign
-- unit: items
-- note: Of one project: labeled or begun by a person or a machine, or already in a hold-out plan.
-- parameters: project

with begun as (
    select item
    from label
    where project = $project
    group by item
    having bool_or(is_produced) or count(person) filter (where outcome <> 'assigned') > 0
), planned as (
    select planned_item.item
    from holdout_item as planned_item
    inner join holdout_plan as plan on plan.plan_id = planned_item.plan_id
    where plan.project = $project
)
select item, 'planned' as reason from planned
union all
select item, 'begun' as reason from begun where item not in (select item from planned)
order by item
