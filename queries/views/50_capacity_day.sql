-- title: Capacity of each person by day
-- note: A fifth of the weekly hours in force on each weekday, less time off, as entered or as trackers told it, whichever is longer on a day, and time off of two days or more over the days that it covers; only people whose weekly hours are known. A person counts from the first day in the log, or the one entered, to the last day of the whole log, or the one entered: who stops tracking still counts.

create or replace macro capacity_day(from_on, to_on) as table
with log as (
    select min(day_on) as first_on, max(day_on) as last_on
    from time_day
    where day_on <= current_date
), bounds as (
    select greatest(from_on, log.first_on) as first_on, least(to_on, log.last_on) as last_on
    from log
), calendar as (
    select cast(unnest(generate_series(first_on, last_on, interval 1 day)) as date) as day_on
    from bounds
    where first_on is not null and last_on is not null
), begun as (
    select named.person_name, min(time.day_on) as first_on
    from time_day as time
    inner join named_person as named on named.person = time.person
    group by 1
), in_force as (
    select
        -- Unqualified, from_on would be the macro's parameter.
        capacity.person_id, capacity.from_on as since_on, capacity.weekly_hours,
        lead(capacity.from_on) over (partition by capacity.person_id order by capacity.from_on) as until_on
    from capacity
), told_row as (
    select
        off.rowid as row_id, person.person_id, off.import_id, off.day_on, off.seconds / 3600 as hours,
        in_force.weekly_hours / 5 as daily_hours,
        -- From Monday at nine to Friday at five it ends near the hour at which it began; 40 h of work do not.
        case when off.seconds > 86400 and off.seconds % 86400 <= 43200 then off.started_local end as began
    from imported_time_off as off
    inner join named_person as named on named.person = off.person
    inner join person on person.name = named.person_name
    left join in_force
        on in_force.person_id = person.person_id and off.day_on >= in_force.since_on
        and (in_force.until_on is null or off.day_on < in_force.until_on)
), told_span as (
    select
        row_id, person_id, import_id, hours, daily_hours, began, is_long,
        cast(unnest(generate_series(
            day_on, day_on + cast(if(is_long, ceil(hours / coalesce(if(began is null, daily_hours, 24), 24)) * 2 + 2, 0)
                as integer), interval 1 day
        )) as date) as day_on
    from (
        select *, began is not null or coalesce(daily_hours > 0 and hours >= 2 * daily_hours, false) as is_long
        from told_row
    )
), told_day as (
    select
        person_id, import_id, day_on,
        case
            when not is_long then hours
            when began is not null then greatest(0, (
                least(epoch(began) + hours * 3600, epoch(cast(day_on as timestamp)) + 86400)
                - greatest(epoch(began), epoch(cast(day_on as timestamp)))
            ) / 3600)
            else greatest(0, least(daily_hours, hours - daily_hours
                * (row_number() over (partition by row_id order by day_on) - 1)))
        end as hours
    from told_span
    where not is_long or isodow(day_on) <= 5
), told_off as (
    -- What two imports tell of a day is the same time off.
    select person_id, day_on, max(hours) as hours
    from (select person_id, import_id, day_on, sum(hours) as hours from told_day group by all)
    group by all
), absence as (
    select person_id, day_on, max(hours) as hours
    from (
        select person_id, day_on, hours from time_off
        union all
        select person_id, day_on, hours from told_off
    )
    group by all
), offered as (
    select
        calendar.day_on, person.name as person_name, person.team, person.role,
        greatest(0, cast(round(in_force.weekly_hours * 720) as bigint)
            - cast(round(coalesce(absence.hours, 0) * 3600) as bigint)) as seconds
    from calendar
    inner join in_force
        on calendar.day_on >= in_force.since_on
        and (in_force.until_on is null or calendar.day_on < in_force.until_on)
    inner join person on person.person_id = in_force.person_id
    left join begun on begun.person_name = person.name
    left join absence on absence.person_id = person.person_id and absence.day_on = calendar.day_on
    where isodow(calendar.day_on) <= 5
        and calendar.day_on >= coalesce(person.active_from, begun.first_on)
        and (person.active_to is null or calendar.day_on <= person.active_to)
)
select day_on, person_name, coalesce(team, '(no team)') as team, role, seconds
from offered;
