-- title: Key the time entries of a batch and add them
-- note: The e-mail identifies a person, else the one known e-mail of the name, else the name. occurrence is set once the file is read.

insert into time_entry by name
with named as (
    select
        incoming_frame.*,
        coalesce(person_identity(incoming_frame.email, null), known_address.person, person_identity(null, incoming_frame.person)) as identity
    from incoming_frame
    left join known_address on known_address.name = incoming_frame.person
)
select
    $import_id as import_id, $source as source, line,
    time_entry_slot(native_id, identity, started_at, day_on, project, task) as source_key,
    1 as occurrence,
    hash($source, person, email, client, project, task, description, tags) as activity_key,
    native_id, identity as person, coalesce(person, email) as told_name, email, client, project, task, description,
    tags, started_at, started_local, day_on, seconds, billable, category, zone, changed_at
from named
