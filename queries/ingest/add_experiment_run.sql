-- title: Key the experiment runs of a batch and add them
-- note: The key is the tool's id, or else a hash of the whole normalized row. Until the file is read, occurrence 0 marks a tool's id.

insert into experiment_run by name
select
    $import_id as import_id, $source as source, line,
    md5_number_lower(case when native_id is not null then 'id' || chr(31) || native_id else
        concat_ws(chr(31), run, coalesce(project, ''), coalesce(cast(epoch_us(started_at) as varchar), ''),
            coalesce(cast(epoch_us(finished_at) as varchar), ''), coalesce(metric, ''),
            coalesce(cast(value as varchar), ''))
    end) as source_key,
    case when native_id is null then 1 else 0 end as occurrence,
    run, project, coalesce(person, email) as person, email, started_at, finished_at, day_on, seconds,
    coalesce(state, 'unknown') as state, parent_run, parameters_hash, metric, value, metrics, labels_used,
    labels_synthetic, code_version, seed, selection, modeling_hours
from incoming_frame
