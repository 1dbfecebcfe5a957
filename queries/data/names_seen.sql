-- title: Names that imported files use
-- unit: seconds
-- note: One row per name, tool and e-mail address, with the person it is matched to; seconds are tracked time.
-- parameters: none

with imported as (
    select person, told_name, source, email, entry.seconds - coalesce(loss.seconds, 0) as seconds
    from time_entry as entry
    left join overlap_loss as loss using (import_id, source, source_key, occurrence)
    union all
    select person, told_name, source, email, 0 from labeling_event
    union all
    select person, told_name, source, email, 0 from experiment_run
    union all
    select person, told_name, source, null, 0 from rolled_work
)
select
    coalesce(named_person.alias, imported.told_name) as alias, imported.source, lower(imported.email) as email,
    any_value(named_person.name) as person,
    cast(sum(imported.seconds) as bigint) as seconds
from imported
left join named_person on named_person.person = imported.person
where imported.person is not null
group by 1, 2, 3
order by 1, 2, 3
