-- title: How the items of a hold-out plan were labeled
-- unit: labels
-- note: One row per finished label since the day of the plan; assisted is null where the method is unknown.
-- parameters: plan_id

select
    label.item,
    case
        when label.method in ('unknown', 'imported') then null
        else label.method <> 'manual'
    end as assisted
from holdout_item as planned_item
inner join holdout_plan as plan on plan.plan_id = planned_item.plan_id
inner join label on label.project = plan.project and label.item = planned_item.item and label.day_on >= plan.planned_on
where planned_item.plan_id = $plan_id and label.is_produced
order by item, assisted nulls last
