-- title: Labeling events of Parquet files, as the rollup reads them
-- note: Portable SQL: DuckDB and Spark run this text. Names lose the blanks around them, as in every import; an empty one is none. A time or number of objects below zero has the time kind 'negative', which is refused, so that it is never summed.

select
    cast(null as int) as import_id, trim(source) as source, cast(day_on as date) as day_on, nullif(trim(project), '') as project,
    nullif(trim(dataset), '') as dataset, nullif(trim(person), '') as person, method, stage, outcome,
    case when milliseconds < 0 or objects < 0 then 'negative' else time_kind end as time_kind,
    cast(milliseconds as bigint) as milliseconds, cast(objects as bigint) as objects
from event_file
