-- title: Hours of an import that another tracker has for the same days
-- note: Sums of a person and day, in all, by project and by task, equal to the minute, where one side has no clock (overlaps are told of apart). Calendars are compared apart. The first 60 days that both have decide. before, after: two persons as the files name them, unless it is all who are the same in both; sums: equal ones; compared: sums on the days that both have, on the side with fewer; lengths, odd: how many equal sums differ, in all and off the quarter of an hour; has_long_days: most of these days would have more than 12 hours of the person.

with common_day as (
    select day_on
    from time_entry
    where import_id = $import_id or source not in ($source, 'icalendar')
    group by day_on
    having bool_or(import_id = $import_id) and bool_or(source not in ($source, 'icalendar'))
    order by day_on
    limit 60
), entry as (
    select
        import_id, import_id = $import_id as is_incoming, source, person, told_name, email, day_on, started_at, seconds,
        unnest(['', 'project ' || lower(project), 'task ' || lower(coalesce(task, description))]) as part,
        unnest(['day', 'project', 'task']) as level
    from time_entry
    semi join common_day using (day_on)
    where (import_id = $import_id or source not in ($source, 'icalendar')) and person is not null
), total as (
    select
        is_incoming, source, person, day_on, level, part, min(told_name) as told_name, min(email) as email, mode(import_id) as import_id,
        sum(seconds) as seconds, count(started_at) = count(*) as has_clocks
    from entry
    where part is not null
    group by is_incoming, source, person, day_on, level, part
), pair as (
    select
        stored.source, stored.person as before, incoming.person as after, stored.told_name as before_name, incoming.told_name as after_name,
        stored.email <> incoming.email as has_two_addresses,
        incoming.level, incoming.seconds
    from total as incoming
    inner join total as stored
        on incoming.is_incoming and not stored.is_incoming and stored.day_on = incoming.day_on and stored.level = incoming.level and stored.part = incoming.part
        and abs(stored.seconds - incoming.seconds) < 60 and not (stored.has_clocks and incoming.has_clocks)
), told as (
    select
        source, nullif(before, after) as before, nullif(after, before) as after, level,
        min(before_name) as before_name, min(after_name) as after_name, coalesce(bool_or(has_two_addresses), false) as has_two_addresses,
        count(*) as sums, count(distinct seconds // 60) as lengths,
        count(distinct seconds // 60) filter (least(seconds % $quarter_hour, $quarter_hour - seconds % $quarter_hour) >= 60) as odd
    from pair
    group by all
    having sums >= 2
    order by sums desc, source, before, after, level
    limit 50
), incoming_day as (
    select person, level, day_on, count(*) as parts, sum(seconds) as seconds, bool_and(has_clocks) as has_clocks
    from total
    where is_incoming
    group by person, level, day_on
), stored_day as (
    select source, person, level, day_on, count(*) as parts, sum(seconds) as seconds, bool_and(has_clocks) as has_clocks, mode(import_id) as earlier_id
    from total
    where not is_incoming
    group by source, person, level, day_on
), person_day as (
    select stored.*, incoming.parts as own_parts, incoming.seconds as own_seconds, incoming.has_clocks as own_clocks, null as before, null as after
    from incoming_day as incoming
    inner join stored_day as stored using (person, level, day_on)
    union all by name
    select stored.*, incoming.parts as own_parts, incoming.seconds as own_seconds, incoming.has_clocks as own_clocks, told.before, told.after
    from told
    inner join incoming_day as incoming on incoming.person = told.after and incoming.level = told.level
    inner join stored_day as stored
        on stored.source = told.source and stored.person = told.before and stored.level = told.level and stored.day_on = incoming.day_on
), compared as (
    select
        source, before, after, level, mode(earlier_id) as earlier_id, cast(sum(least(parts, own_parts)) as bigint) as compared,
        count(*) filter (not (has_clocks and own_clocks) and seconds + own_seconds > $long_day) as long_days,
        long_days >= 2 and 2 * long_days > count(*) as has_long_days
    from person_day
    group by source, before, after, level
)
select
    compared.earlier_id, import.file_name, compared.level, compared.before is null as is_same_person, told.has_two_addresses,
    coalesce(told.before_name, compared.before) as before, coalesce(told.after_name, compared.after) as after, coalesce(told.sums, 0) as sums,
    coalesce(told.lengths, 0) as lengths, coalesce(told.odd, 0) as odd, compared.has_long_days, compared.compared
from compared
left join told
    on told.source = compared.source and told.level = compared.level
    and told.before is not distinct from compared.before and told.after is not distinct from compared.after
inner join import on import.import_id = compared.earlier_id
where told.sums >= 2 or compared.has_long_days
order by sums desc, compared.earlier_id, before, after, compared.level
