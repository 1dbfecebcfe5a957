-- title: Names that imported files use
-- unit: seconds
-- note: One row per name, tool and e-mail address, with the person it is matched to; seconds are tracked time.
-- parameters: none

with imported as (
    select person, source, email, seconds from time_entry
    union all
    select person, source, email, 0 from labeling_event
    union all
    select person, source, email, 0 from experiment_run
)
select
    imported.person as alias, imported.source, imported.email, any_value(person.name) as person,
    cast(sum(imported.seconds) as bigint) as seconds
from imported
left join alias on alias.alias = imported.person
left join person on person.person_id = alias.person_id
where imported.person is not null
group by 1, 2, 3
order by 1, 2, 3
