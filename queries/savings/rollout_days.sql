-- title: First day of each automation, by project or person
-- unit: days
-- note: From the register; a scope that names a person applies to that person, any other to the project.
-- parameters: none

select
    scope.automation,
    coalesce(automation.technique, '') as technique,
    scope.project,
    case when scope.person = '' then scope.project else coalesce(person.name, scope.person) end as follows,
    min(scope.from_on) as first_on
from automation_scope as scope
left join automation on automation.name = scope.automation
left join alias on alias.alias = scope.person
left join person on person.person_id = alias.person_id
group by 1, 2, 3, 4
order by 1, 3, 4
