-- title: Labels of an import that another tool has
-- note: Labels that end in the same second and took as many seconds, whatever item, person and project are called there. The first 2,000 moments decide. labels: moments that are the same; compared: moments of the file's time, on the side with fewer.

with incoming as (
    select distinct date_trunc('second', coalesce(finished_at, started_at)) as moment, milliseconds // 1000 as seconds
    from labeling_event
    where import_id = $import_id and milliseconds > 0 and coalesce(finished_at, started_at) is not null
    order by moment, seconds
    limit 2000
), stored as (
    select
        source, date_trunc('second', coalesce(finished_at, started_at)) as moment, milliseconds // 1000 as seconds,
        mode(import_id) as import_id
    from labeling_event
    where source <> $source and milliseconds > 0
        and day_on between (select cast(min(moment) as date) - 1 from incoming) and (select cast(max(moment) as date) + 1 from incoming)
        and coalesce(finished_at, started_at) between (select min(moment) from incoming) and (select max(moment) + interval 1 second from incoming)
    group by all
), told as (
    select
        stored.source, count(*) as moments, count(incoming.moment) as labels,
        mode(stored.import_id) filter (incoming.moment is not null) as earlier_id
    from stored
    left join incoming on incoming.moment = stored.moment and incoming.seconds = stored.seconds
    group by stored.source
)
select earlier_id, import.file_name, labels, least(moments, (select count(*) from incoming)) as compared
from told
inner join import on import.import_id = earlier_id
order by labels desc, earlier_id
