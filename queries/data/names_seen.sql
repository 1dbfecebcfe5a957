-- title: Names that imported files use
-- unit: seconds
-- note: One row a name, tool and e-mail address, with the person it is matched to; seconds are tracked time.
-- parameters: none

with seen as (
    select person, source, email, seconds from time_entry
    union all
    select person, source, email, 0 from labeling_event
    union all
    select person, source, email, 0 from experiment_run
)
select
    seen.person as alias, seen.source, seen.email, any_value(person.name) as person,
    cast(sum(seen.seconds) as bigint) as seconds
from seen
left join alias on alias.alias = seen.person
left join person on person.person_id = alias.person_id
where seen.person is not null
group by 1, 2, 3
order by 1, 2, 3
