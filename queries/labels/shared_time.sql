-- title: Time of units that one person had open at the same time
-- note: Units of one page or queue share their minutes: each stretch is split evenly among the units open in it.
-- parameters: touched, part, parts

with event as (
    select import_id, source_key, occurrence, person, started_at, finished_at
    from labeling_event
    where ($touched is null or list_contains($touched, source || '/' || coalesce(project, '')))
        and time_kind = 'start-end' and finished_at > started_at and person is not null
        and hash(import_id, person) % $parts = $part
), overlapping as (
    select
        import_id, source_key, occurrence, person, started_at, finished_at,
        max(finished_at) over earlier > started_at as meets_earlier,
        min(started_at) over later < finished_at as meets_later
    from event
    window
        earlier as (
            partition by import_id, person order by started_at, finished_at
            rows between unbounded preceding and 1 preceding
        ),
        later as (
            partition by import_id, person order by started_at, finished_at
            rows between 1 following and unbounded following
        )
), shared as (
    select import_id, source_key, occurrence, person, started_at, finished_at
    from overlapping
    where meets_earlier or meets_later
), edge as (
    select import_id, person, started_at as moment from shared
    union
    select import_id, person, finished_at as moment from shared
), stretch as (
    select import_id, person, moment as begins_at, lead(moment) over (partition by import_id, person order by moment) as ends_at
    from edge
), crowded as (
    select
        shared.import_id, shared.source_key, shared.occurrence,
        epoch_us(stretch.ends_at) - epoch_us(stretch.begins_at) as microseconds,
        count(*) over (partition by shared.import_id, shared.person, stretch.begins_at) as open_units
    from shared
    inner join stretch
        on stretch.import_id = shared.import_id
        and stretch.person = shared.person
        and stretch.begins_at >= shared.started_at
        and stretch.ends_at <= shared.finished_at
)
select import_id, source_key, occurrence, cast(round(sum(microseconds / open_units) / 1000.0) as bigint) as milliseconds
from crowded
group by 1, 2, 3
