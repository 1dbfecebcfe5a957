-- title: Items that could be dealt out
-- unit: items
-- note: By project: imported, begun by nobody, in no hold-out plan, and not marked as unsuited for automation.
-- parameters: project

with planned as (
    select chosen.item
    from holdout_item as chosen
    inner join holdout_plan as plan on plan.plan_id = chosen.plan_id
    where plan.project = $project
)
select item
from label
where project = $project and item not in (select item from planned)
group by item
having not bool_or(is_produced) and count(person) = 0 and coalesce(bool_and(eligible), true)
order by item
