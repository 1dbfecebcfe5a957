-- title: Key the time entries of a batch and add them
-- note: The e-mail identifies a person, else the one known e-mail of the name, else the name. occurrence is set once the file is read.

insert into time_entry by name
with address as (
    -- The one e-mail that the store knows for a name.
    select name, any_value(person) as email from told_name
    where contains(person, '@') group by name having count(distinct person) = 1
), named as (
    select
        incoming_frame.*,
        coalesce(person_identity(incoming_frame.email, null), address.email, person_identity(null, person)) as identity
    from incoming_frame
    left join address on address.name = incoming_frame.person
)
select
    $import_id as import_id, $source as source, line,
    time_entry_slot(native_id, identity, started_at, day_on, project, task) as source_key,
    1 as occurrence,
    hash($source, person, email, client, project, task, description, tags) as activity_key,
    native_id, identity as person, coalesce(person, email) as told_name, email, client, project, task, description,
    tags, started_at, started_local, day_on, seconds, billable, category, zone, changed_at
from named
