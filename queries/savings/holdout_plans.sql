-- title: Hold-out plans
-- unit: items
-- note: Newest first, with the items a plan deals out and those it leaves to people.
-- parameters: none

select
    plan.plan_id, plan.project, plan.share, plan.seed, plan.planned_on, plan.planned_by,
    count(chosen.item) as items,
    count(chosen.item) filter (where chosen.holdout) as held_out
from holdout_plan as plan
left join holdout_item as chosen on chosen.plan_id = plan.plan_id
group by 1, 2, 3, 4, 5, 6
order by plan_id desc
