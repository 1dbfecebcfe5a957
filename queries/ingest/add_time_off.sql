-- title: Add the time off of a batch
-- note: The e-mail identifies a person, else the one known e-mail of the name, else the name.

insert into imported_time_off by name
select
    $import_id as import_id, line,
    coalesce(
        person_identity(incoming_frame.email, null), known_address.person, person_identity(null, incoming_frame.person)
    ) as person,
    day_on, seconds, started_local
from incoming_frame
left join known_address on known_address.name = incoming_frame.person
