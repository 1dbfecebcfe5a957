-- title: Hold-out plans
-- unit: items
-- note: Newest first, with the items that a plan assigns and those it leaves to people.
-- parameters: none

select
    plan.plan_id, plan.project, plan.share, plan.seed, plan.planned_on, plan.planned_by,
    count(planned_item.item) as items,
    count(planned_item.item) filter (where planned_item.holdout) as held_out
from holdout_plan as plan
left join holdout_item as planned_item on planned_item.plan_id = plan.plan_id
group by 1, 2, 3, 4, 5, 6
order by plan_id desc
