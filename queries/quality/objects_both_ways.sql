-- title: How many objects labels hold, on items labeled both with a suggestion and blind
-- unit: objects
-- note: Items of one project count as the same whichever tool names them. Where an export holds no answers, it mostly still gives the number of objects of a label.
-- note: Of several people on one side the first counts.
-- parameters: from_on, to_on, projects

with counted as (
    select
        project, item, method <> 'manual' as is_assisted, objects, finished_at, person,
        case when method <> 'manual' then named_automation(automation) end as automation
    from filtered_labels(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    where is_produced and person is not null and objects is not null and method not in ('unknown', 'imported')
), assisted as (
    select project, item, automation, arg_min(objects, (finished_at, person)) as objects
    from counted
    where is_assisted
    group by 1, 2, 3
), blind as (
    select project, item, arg_min(objects, (finished_at, person)) as objects
    from counted
    where not is_assisted
    group by 1, 2
)
select assisted.automation, assisted.project, assisted.item, assisted.objects as assisted, blind.objects as blind
from assisted
inner join blind using (project, item)
order by assisted.automation, assisted.project, assisted.item
