-- title: Items that can no longer be dealt out
-- unit: items
-- note: By project: somebody or something has labeled or begun the item, or it is in a hold-out plan already.
-- parameters: project

with begun as (
    select item
    from label
    where project = $project
    group by item
    having bool_or(is_produced) or count(person) > 0
), planned as (
    select chosen.item
    from holdout_item as chosen
    inner join holdout_plan as plan on plan.plan_id = chosen.plan_id
    where plan.project = $project
)
select item, 'planned' as reason from planned
union all
select item, 'begun' as reason from begun where item not in (select item from planned)
order by item
