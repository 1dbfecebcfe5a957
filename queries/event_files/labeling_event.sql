-- title: Labeling events of Parquet files, as the rollup reads them
-- note: Portable SQL: DuckDB and Spark run this text. An empty name is none. A time below zero has the time kind 'negative', which is refused, so that it is never summed.

select
    cast(null as int) as import_id, source, cast(day_on as date) as day_on, nullif(project, '') as project,
    nullif(dataset, '') as dataset, nullif(person, '') as person, method, stage, outcome,
    case when milliseconds < 0 then 'negative' else time_kind end as time_kind,
    cast(milliseconds as bigint) as milliseconds, cast(objects as bigint) as objects
from event_file
