-- title: The projects whose labels have the ids of those labels of an import that name no project
-- note: Such an id is unique within one project alone, so that each label is sought in every project of the tool. timed: labels with a time on both sides; alike: those that began at the same moment, or without one took the same time; equal: those that say the same, whether timed or not; stored: all labels of the project that the import with most of them has.

with incoming as (
    select native_id, item, person, stage, started_at, finished_at, day_on, milliseconds,
        coalesce(started_at, finished_at) as moment,
        concat_ws(chr(31), outcome, objects, label_kind, model, tokens, answer) as content
    from labeling_event
    where import_id = $import_id and project is null
), stored as (
    select source_key, project, import_id, milliseconds, coalesce(started_at, finished_at) as moment,
        concat_ws(chr(31), outcome, objects, label_kind, model, tokens, answer) as content
    from labeling_event
    where source = $source and import_id <> $import_id
), sought as (
    select
        incoming.*, known.project,
        labeling_event_slot(
            local_id(native_id, known.project), known.project, item, person, stage, started_at, finished_at, day_on
        ) as source_key
    from incoming cross join (select distinct project from stored) as known
), met as (
    select
        source_key, stored.project, min(stored.import_id) as import_id,
        bool_or(
            coalesce(sought.milliseconds, epoch_us(sought.moment)) is not null
            and coalesce(stored.milliseconds, epoch_us(stored.moment)) is not null
        ) as is_timed,
        bool_or(
            sought.moment is not distinct from stored.moment
            and (stored.moment is not null or sought.milliseconds is not distinct from stored.milliseconds)
        ) as is_alike,
        bool_or(sought.content = stored.content) as is_equal
    from sought
    inner join stored using (source_key)
    where stored.project is not distinct from sought.project
    group by source_key, stored.project
), counted as (
    select
        project, mode(import_id) as import_id, count(*) as labels, count(*) filter (is_timed) as timed,
        count(*) filter (is_timed and is_alike) as alike, count(*) filter (is_equal) as equal
    from met
    group by project
)
select
    counted.project, import_id as earlier_id, file_name, labels, timed, alike, equal,
    (
        select count(*) from stored
        where stored.import_id = counted.import_id and stored.project is not distinct from counted.project
    ) as stored
from counted
inner join import using (import_id)
order by labels desc, import_id desc
