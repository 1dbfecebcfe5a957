-- title: Items of a hold-out plan
-- unit: items
-- note: Held out means labeled by hand although the automation could have done it.
-- parameters: plan_id

select planned_item.item, planned_item.holdout, plan.project, plan.planned_on
from holdout_item as planned_item
inner join holdout_plan as plan on plan.plan_id = planned_item.plan_id
where planned_item.plan_id = $plan_id
order by item
