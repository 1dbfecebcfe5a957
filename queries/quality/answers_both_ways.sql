-- title: What people answered, on items labeled both with a suggestion and blind
-- unit: answers
-- note: Items of one project count as the same whichever tool names them, if their answers are written alike.
-- note: Of several people on one side the first counts.
-- parameters: from_on, to_on, projects

with answered as (
    select
        project, item, method <> 'manual' as is_assisted, answer, finished_at, person,
        case when method <> 'manual' then named_automation(automation) end as automation
    from filtered_labels(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    )
    where is_produced and person is not null and answer is not null and method not in ('unknown', 'imported')
), assisted as (
    select project, item, automation, arg_min(answer, (finished_at, person)) as answer
    from answered
    where is_assisted
    group by 1, 2, 3
), blind as (
    select project, item, arg_min(answer, (finished_at, person)) as answer
    from answered
    where not is_assisted
    group by 1, 2
)
select assisted.automation, assisted.project, assisted.item, assisted.answer as assisted, blind.answer as blind
from assisted
inner join blind using (project, item)
order by assisted.automation, assisted.project, assisted.item
