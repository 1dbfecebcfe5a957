-- title: Events of calendars whose time the entries of another import hold, where one of the two is incoming
-- note: An event counts twice where entries of the same person cover at least half of it, or where it has the length of an entry of that day without clock times; with nobody named, where an entry has its start and length. events counts all that were compared, the first $most of the days of the other import; covered is the seconds that entries of all imports hold.

create or replace temp table covered_event as
with told as (
    select
        entry.*, entry.rowid as row_id, entry.started_at + to_seconds(entry.seconds) as ended_at,
        coalesce(import.source, $format) = 'icalendar' as is_event
    from time_entry as entry
    left join import using (import_id)
    where entry.import_id = $import_id
        or (coalesce(import.source, '') = 'icalendar') <> ($format = 'icalendar')
), event as (
    select row_number() over () as number, *
    from (
        select * from told
        where is_event and seconds > 0
            and day_on between (select min(day_on) from told where not is_event)
                and (select max(day_on) from told where not is_event)
        order by day_on, started_at, line limit $most
    )
), covered as (
    select
        event.number, any_value(event.row_id) as row_id, any_value(event.seconds) as seconds,
        if($format = 'icalendar', other.import_id, event.import_id) as earlier_id,
        sum(case
            when event.person = other.person and other.started_at is not null
                then greatest(date_diff(
                    'second', greatest(event.started_at, other.started_at), least(event.ended_at, other.ended_at)
                ), 0)
            when event.person = other.person and abs(event.seconds - other.seconds) < 60 then event.seconds
            when (event.person is null or other.person is null) and event.started_at = other.started_at
                and abs(event.seconds - other.seconds) < 60 then event.seconds
            else 0
        end) as covered
    from event
    inner join told as other on other.day_on = event.day_on and not other.is_event
    group by all
)
select
    row_id, seconds, earlier_id, (select count(*) from event) as events,
    sum(covered) over (partition by row_id) as covered
from covered
qualify 2 * covered.covered >= seconds
