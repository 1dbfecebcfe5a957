-- title: Days inside the time log that no import holds
-- unit: days
-- note: Of everybody, whatever the filters: days without time that lie in no import and no pull, so that it is not known whether anybody worked. An import holds the days from its first to its last one, a pull those up to its own day. Only gaps of at least five working days, one on which everybody of known weekly hours has time off aside: shorter ones are holidays.
-- parameters: today

with stretch as (
    select day_on as from_on, day_on as to_on from time_day where day_on <= $today
    union all
    select first_day, last_day from import
    where kind = 'time_entry' and undone_at is null and first_day is not null
    union all
    select min(import.first_day), least(cast(max(pull.pulled_at) as date), $today)
    from pull
    left join import on import.import_id = pull.import_id and import.kind = 'time_entry' and import.undone_at is null
    group by pull.source, pull.server, pull.scope
    having min(import.first_day) is not null
), reached as (
    select
        from_on,
        max(to_on) over (order by from_on, to_on rows between unbounded preceding and 1 preceding) as known_to
    from stretch
), gap as (
    select known_to + 1 as from_on, from_on - 1 as to_on from reached where from_on > known_to + 1
), weekday as (
    select from_on, to_on, day_on
    from (select from_on, to_on, cast(unnest(generate_series(from_on, to_on, interval 1 day)) as date) as day_on from gap)
    where isodow(day_on) <= 5
), offered as (
    select day_on, seconds
    from capacity_day(null, null)
    qualify max(seconds) over (partition by person_name) > 0
), day_off as (
    select day_on from offered group by day_on having sum(seconds) = 0
)
select from_on, to_on, count(*) as working_days
from weekday
anti join day_off using (day_on)
group by from_on, to_on
having count(*) >= 5
order by from_on
