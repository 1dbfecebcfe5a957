-- title: Key the labeling events of a batch and add them
-- note: A long answer is stored as a digest: equal answers stay equal. The e-mail identifies a person, else the one known e-mail of the name, else the name. occurrence is set once the file is read.

insert into labeling_event by name
with named as (
    select
        incoming_frame.* replace (coalesce(stage, 'annotate') as stage),
        coalesce(person_identity(incoming_frame.email, null), known_address.person, person_identity(null, incoming_frame.person)) as identity
    from incoming_frame
    left join known_address on known_address.name = incoming_frame.person
)
select
    $import_id as import_id, $source as source, line,
    labeling_event_slot(native_id, project, item, identity, stage, started_at, finished_at, day_on) as source_key,
    1 as occurrence,
    native_id, item, dataset, project, identity as person, coalesce(person, email) as told_name, email,
    stage, coalesce(outcome, 'submitted') as outcome,
    coalesce(method, 'unknown') as method, coalesce(suggestion, 'unknown') as suggestion,
    started_at, finished_at, day_on, milliseconds, coalesce(time_kind, 'none') as time_kind, idle_rule, objects,
    label_kind, difficulty, agreement, gold_score, model, tokens, cost, currency, automation, holdout, eligible,
    case when length(answer) > 200 then 'sha256:' || left(sha256(answer), 16) else answer end as answer,
    annotation, about, changed_at, account, draft_at, edit_share, edit_basis,
    media_milliseconds
from named
