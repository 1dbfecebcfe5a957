-- title: Items of a hold-out plan
-- unit: items
-- note: Held out means: label by hand, although the automation could have had it.
-- parameters: plan_id

select chosen.item, chosen.holdout, plan.project, plan.planned_on
from holdout_item as chosen
inner join holdout_plan as plan on plan.plan_id = chosen.plan_id
where chosen.plan_id = $plan_id
order by item
