-- title: Entries of an import that another tracker has at the same times
-- note: The same length to the minute, and starts that differ by one constant of whole quarters of an hour, as other time zones do (an hour more across a change of clocks counts too). Two issue keys that differ are other work. Calendars are compared apart. The first 2,000 entries decide. before, after: two persons as the files name them, unless it is all who are the same in both; entries: equal ones; compared: entries on the days that both have, on the side with fewer; odd: different starts or lengths off the quarter of an hour.

with incoming as (
    select row_number() over () as number, person, told_name, email, task, started_at, day_on, seconds
    from (
        select entry.*
        from time_entry as entry
        where entry.import_id = $import_id and entry.started_at is not null and entry.person is not null
        order by entry.started_at, entry.line
        limit 2000
    )
), near_day as (
    select *, unnest([day_on - 1, day_on, day_on + 1]) as compared_on from incoming
), stored as (
    select rowid as row_id, import_id, source, person, told_name, email, task, started_at, day_on, seconds
    from time_entry
    where source not in ($source, 'icalendar') and import_id <> $import_id and started_at is not null and person is not null
        and day_on between (select min(day_on) - 1 from incoming) and (select max(day_on) + 1 from incoming)
), pair as (
    select
        incoming.number, stored.row_id, stored.import_id, stored.source,
        nullif(stored.person, incoming.person) as before, nullif(incoming.person, stored.person) as after,
        stored.told_name as before_name, incoming.told_name as after_name, stored.email <> incoming.email as has_two_addresses,
        incoming.started_at, incoming.seconds,
        date_diff('second', stored.started_at, incoming.started_at) as moved,
        cast(round(moved / $quarter_hour) as bigint) as quarters
    from near_day as incoming
    inner join stored
        on stored.day_on = incoming.compared_on and abs(stored.seconds - incoming.seconds) < 60
        and abs(date_diff('second', stored.started_at, incoming.started_at)) <= 50400
    where abs(moved - quarters * $quarter_hour) < 60
        and not coalesce(incoming.task <> stored.task and regexp_full_match(incoming.task, '\w+-\d+') and regexp_full_match(stored.task, '\w+-\d+'), false)
), told as (
    select
        source, before, after, shift, mode(quarters) as quarters, mode(import_id) as earlier_id,
        min(before_name) as before_name, min(after_name) as after_name, coalesce(bool_or(has_two_addresses), false) as has_two_addresses,
        least(count(distinct number), count(distinct row_id)) as entries,
        count(distinct (epoch(started_at) % $quarter_hour, seconds // 60)) filter (
            epoch(started_at) % $quarter_hour >= 60 or seconds % $quarter_hour >= 60
        ) as odd
    from (select *, unnest([quarters, quarters - 4]) as shift from pair)
    group by source, before, after, shift
    having entries >= 2
    order by entries desc, source, before, after, shift desc
    limit 50
), incoming_day as (
    select person, day_on, count(*) as entries from incoming group by person, day_on
), stored_day as (
    select source, person, day_on, count(*) as entries from stored group by source, person, day_on
), compared as (
    select
        told.source, told.before, told.after, told.shift,
        cast(sum(least(incoming.entries, stored.entries)) as bigint) as compared
    from told
    inner join incoming_day as incoming on told.after is null or incoming.person = told.after
    inner join stored_day as stored
        on stored.source = told.source and stored.day_on = incoming.day_on
        and stored.person = coalesce(told.before, incoming.person)
    group by told.source, told.before, told.after, told.shift
)
select
    told.earlier_id, import.file_name, told.before is null as is_same_person, told.has_two_addresses,
    coalesce(told.before_name, told.before) as before, coalesce(told.after_name, told.after) as after,
    told.quarters, told.entries, told.odd, coalesce(compared.compared, 0) as compared
from told
left join compared
    on compared.source = told.source and compared.shift = told.shift
    and compared.before is not distinct from told.before and compared.after is not distinct from told.after
inner join import on import.import_id = told.earlier_id
order by told.entries desc, told.earlier_id, before, after, told.shift desc
