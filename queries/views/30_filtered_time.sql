-- title: Time within the filters
-- note: Daily sums with names, teams and roles; every allocation figure starts here. An empty list selects everything, a null day is unbounded.

create or replace macro filtered_time(from_on, to_on, projects, teams, people, roles, categories) as table
with named as (
    select
        day.day_on, day.source, day.client, day.category, day.seconds, day.entries,
        coalesce(day.project, '(no project)') as project,
        coalesce(person.person_name, day.person, '(nobody named)') as person_name,
        coalesce(person.team, '(no team)') as team,
        coalesce(person.role, 'unknown') as role
    from time_day as day
    left join named_person as person on person.person = day.person
    where day.scheme = 'activity'
)
select day_on, source, client, project, category, person_name, team, role, seconds, entries
from named
where is_in_period(day_on, from_on, to_on)
    and (len(projects) = 0 or list_contains(projects, project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role))
    and (len(categories) = 0 or list_contains(categories, category));
