-- title: Items that a plan can still assign
-- unit: items
-- note: Of one project: imported, begun by nobody, in no hold-out plan, and not marked as unsuitable for automation.
-- parameters: project

with planned as (
    select planned_item.item
    from holdout_item as planned_item
    inner join holdout_plan as plan on plan.plan_id = planned_item.plan_id
    where plan.project = $project
)
select item
from label
where project = $project and item not in (select item from planned)
group by item
having not bool_or(is_produced) and count(person) filter (where outcome <> 'assigned') = 0 and coalesce(bool_and(eligible), true)
order by item
