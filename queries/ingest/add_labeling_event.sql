-- title: Key the labeling events of a batch and add them
-- note: A long answer is stored as a digest: equal answers stay equal. The answer is not part of the key, so that files imported before answers were stored add nothing twice.
-- note: The key is the tool's id, or else a hash of the whole normalized row. Until the file is read, occurrence 0 marks a tool's id.

insert into labeling_event by name
select
    $import_id as import_id, $source as source, line,
    md5_number_lower(case when native_id is not null then 'id' || chr(31) || native_id else
        concat_ws(chr(31), coalesce(item, ''), coalesce(dataset, ''), coalesce(project, ''),
            coalesce(person, email, ''), coalesce(stage, ''), coalesce(outcome, ''), coalesce(method, ''),
            coalesce(cast(epoch_us(started_at) as varchar), ''), coalesce(cast(epoch_us(finished_at) as varchar), ''),
            coalesce(cast(day_on as varchar), ''), coalesce(cast(milliseconds as varchar), ''),
            coalesce(cast(objects as varchar), ''), coalesce(label_kind, ''), coalesce(model, ''))
    end) as source_key,
    case when native_id is null then 1 else 0 end as occurrence,
    item, dataset, project, coalesce(person, email) as person, email,
    coalesce(stage, 'annotate') as stage, coalesce(outcome, 'submitted') as outcome,
    coalesce(method, 'unknown') as method, coalesce(suggestion, 'unknown') as suggestion,
    started_at, finished_at, day_on, milliseconds, coalesce(time_kind, 'none') as time_kind, idle_rule, objects,
    label_kind, difficulty, agreement, gold_score, model, tokens, cost, currency, automation, holdout, eligible,
    case when length(answer) > 200 then 'sha256:' || left(sha256(answer), 16) else answer end as answer
from incoming_frame
