-- title: The projects whose labels have the ids of those labels of an import that name no project
-- note: Such an id is unique within one project alone, so that each label is sought in every project that was named for a file, and without an id where the same person made one of the item. timed: labels with a time on both sides; alike: those that began at the same moment, or without one took the same time; equal: those that say the same, whether timed or not; stored: all labels of the project that the import with most of them has; incoming: all of the file.

with incoming as (
    select native_id, item, person, stage, started_at, finished_at, day_on, milliseconds,
        coalesce(started_at, finished_at) as moment,
        concat_ws(chr(31), outcome, objects, label_kind, model, tokens, answer) as content
    from labeling_event
    where import_id = $import_id and project is null
), stored as (
    select source_key, native_id, item, person, stage, project, import_id, milliseconds,
        coalesce(started_at, finished_at) as moment,
        concat_ws(chr(31), outcome, objects, label_kind, model, tokens, answer) as content
    from labeling_event
    where source = $source and import_id <> $import_id
), sought as (
    select incoming.*, known.project
    from incoming
    inner join (
        select distinct project
        from stored
        where native_id is not null
            and (project is null or project in (select json_extract_string(answers, '$.project') from import))
    ) as known on incoming.native_id is not null
    union all
    select incoming.*, known.project
    from incoming
    inner join (select distinct item, person, stage, project from stored where native_id is null) as known
        on known.item is not distinct from incoming.item and known.person is not distinct from incoming.person
        and known.stage = incoming.stage
    where incoming.native_id is null
), keyed as (
    select
        * exclude (native_id),
        labeling_event_slot(local_id(native_id, project), project, item, person, stage, started_at, finished_at, day_on)
            as source_key
    from sought
), met as (
    select
        source_key, stored.project, min(stored.import_id) as import_id,
        bool_or(
            coalesce(keyed.milliseconds, epoch_us(keyed.moment)) is not null
            and coalesce(stored.milliseconds, epoch_us(stored.moment)) is not null
        ) as is_timed,
        bool_or(
            keyed.moment is not distinct from stored.moment
            and (stored.moment is not null or keyed.milliseconds is not distinct from stored.milliseconds)
        ) as is_alike,
        bool_or(keyed.content = stored.content) as is_equal
    from keyed
    inner join stored using (source_key)
    where stored.project is not distinct from keyed.project
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
        select count(distinct source_key) from stored
        where stored.import_id = counted.import_id and stored.project is not distinct from counted.project
    ) as stored,
    (
        select count(distinct source_key) from keyed where keyed.project is not distinct from counted.project
    ) as incoming
from counted
inner join import using (import_id)
order by labels desc, import_id desc
