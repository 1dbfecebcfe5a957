-- title: Key the experiment runs of a batch
-- note: The key is the tool's id, else a hash of the whole normalized row.

insert into staged by name
select
    line,
    md5_number_lower(case when native_id is not null then 'id' || chr(31) || native_id else
        concat_ws(chr(31), run, coalesce(project, ''), coalesce(cast(epoch_us(started_at) as varchar), ''),
            coalesce(cast(epoch_us(finished_at) as varchar), ''), coalesce(metric, ''),
            coalesce(cast(value as varchar), ''))
    end) as source_key,
    native_id is not null as has_id,
    run, project, coalesce(person, email) as person, email, started_at, finished_at, day_on, seconds,
    coalesce(state, 'unknown') as state, parent_run, parameters_hash, metric, value, metrics, labels_used,
    labels_synthetic, code_version, seed
from incoming_frame
