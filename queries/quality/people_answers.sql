-- title: What each person answered, on items that two or more labeled by hand
-- unit: answers
-- note: By hand only: people who edit the same suggestion agree with it. Answers as the export gives them: classes, choices and numbers, not where a box or span lies. Ratings and numbers are also given as numbers.
-- parameters: from_on, to_on, projects, teams, people, roles

with answered as (
    select
        project, source || '/' || tool_project || '/' || item as item, person_name, any_value(answer) as answer,
        any_value(case when label_kind in ('rating', 'number')
            then try_cast(regexp_replace(answer, '^.*: ', '') as double) end) as number
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and method = 'manual' and person is not null and answer is not null
    group by 1, 2, 3
)
select project, item, person_name, answer, case when isfinite(number) then number end as number
from answered
qualify count(*) over (partition by project, item) > 1
order by project, item, person_name
