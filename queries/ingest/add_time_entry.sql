-- title: Key the time entries of a batch and add them
-- note: The key is the tool's id, or else a hash of the whole normalized row; md5 because it is the same in every version. Until the file is read, occurrence 0 marks a tool's id.

insert into time_entry by name
select
    $import_id as import_id, $source as source, line,
    md5_number_lower(coalesce('id' || chr(31) || native_id, concat(
        coalesce(person, email), chr(31), client, chr(31), project, chr(31), task, chr(31), description, chr(31),
        tags, chr(31), coalesce(cast(epoch_us(started_at) as varchar), cast(day_on as varchar)), chr(31), seconds
    ))) as source_key,
    case when native_id is null then 1 else 0 end as occurrence,
    hash($source, person, email, client, project, task, description, tags) as activity_key,
    coalesce(person, email) as person, email, client, project, task, description, tags,
    started_at, started_local, day_on, seconds, billable, category, zone
from incoming_frame
