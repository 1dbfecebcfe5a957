-- title: What people answered by hand and what models answered, item by item
-- unit: answers
-- note: A model's answers are those of labels without a person, under the name of the model, else of the automation. Of several answers of one person or model to an item the newest counts. Ratings and numbers are also given as numbers. Items of one project count as the same whichever tool names them.
-- parameters: from_on, to_on, projects, teams, people, roles

with answered as (
    select
        project, item, coalesce(label_kind, '') as kind, person is null as is_model,
        case when person is null then coalesce(model, named_automation(automation)) else person_name end as who,
        arg_max(answer, coalesce(finished_at, cast('1970-01-01' as timestamp))) as answer
    from filtered_labels($from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]))
    where answer is not null
        and case
            when person is null then method not in ('manual', 'unknown', 'imported')
            else method = 'manual' and is_produced
                and (len($teams) = 0 or list_contains($teams, team))
                and (len($people) = 0 or list_contains($people, person_name))
                and (len($roles) = 0 or list_contains($roles, role))
        end
    group by 1, 2, 3, 4, 5
)
select
    project, item, kind, is_model, who, answer,
    case when kind in ('rating', 'number') then try_cast(regexp_replace(answer, '^.*: ', '') as double) end as number
from answered
order by project, kind, item, is_model, who
