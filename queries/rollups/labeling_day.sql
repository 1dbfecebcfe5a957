-- title: Labeling by day, project, dataset, person, method, stage and outcome
-- note: Portable SQL: DuckDB and Spark run this text.
-- note: Milliseconds are summed only over events of known time; timed_events counts these. 0 milliseconds are not known.

select
    import_id, source, day_on, project, dataset, person, method, stage, outcome, time_kind,
    count(*) as events,
    count(case when milliseconds > 0 then 1 end) as timed_events,
    cast(coalesce(sum(milliseconds), 0) as bigint) as milliseconds,
    cast(sum(objects) as bigint) as objects
from labeling_event
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
