-- title: Key the experiment runs of a batch and add them
-- note: The e-mail identifies a person, else the one known e-mail of the name, else the name. occurrence is set once the file is read. A run without a time of change was last changed when it ended, else when it began.

insert into experiment_run by name
with named as (
    select
        incoming_frame.*,
        coalesce(person_identity(incoming_frame.email, null), known_address.person, person_identity(null, incoming_frame.person)) as identity
    from incoming_frame
    left join known_address on known_address.name = incoming_frame.person
)
select
    $import_id as import_id, $source as source, line,
    experiment_run_slot(native_id, run, project, started_at) as source_key,
    1 as occurrence,
    native_id, run, project, identity as person, coalesce(person, email) as told_name, email, started_at, finished_at,
    day_on, seconds, coalesce(state, 'unknown') as state, parent_run, parameters_hash, metric, value, metrics,
    labels_used, labels_synthetic, code_version, seed, selection, pretraining, modeling_hours, coalesce(changed_at, finished_at, started_at) as changed_at
from named
