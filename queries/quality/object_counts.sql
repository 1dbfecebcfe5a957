-- title: How many objects each person found, on items that two or more labeled by hand
-- unit: objects
-- note: By hand only: people who edit the same suggestion agree with it. Where an export holds no answers, it mostly still gives the number of objects of a label.
-- parameters: from_on, to_on, projects, teams, people, roles

with counted as (
    select project, source || '/' || tool_project || '/' || item as item, person_name, any_value(objects) as objects
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and method = 'manual' and person is not null and objects is not null
    group by 1, 2, 3
)
select project, item, person_name, objects
from counted
qualify count(*) over (partition by project, item) > 1
order by project, item, person_name
