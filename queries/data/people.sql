-- title: People
-- unit: people
-- note: One row per person and change of weekly hours; aliases are the names that imported files use.
-- parameters: none

with named as (
    select person_id, string_agg(alias, ';' order by alias) as aliases
    from alias
    group by person_id
)
select
    person.person_id, person.name, named.aliases, person.team, person.role, person.zone, capacity.weekly_hours,
    capacity.from_on, person.active_from, person.active_to
from person
left join named on named.person_id = person.person_id
left join capacity on capacity.person_id = person.person_id
order by person.name, capacity.from_on
