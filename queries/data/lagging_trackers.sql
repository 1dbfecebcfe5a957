-- title: Trackers that lag behind the others
-- unit: days
-- note: One row per time tracker whose newest day is before that of another one, by half a year at most. Left out is a tracker that people changed from or left: most of those in its last four weeks have later time elsewhere, or were active no longer.
-- parameters: today

with latest as (
    select
        entry.source, coalesce(named_person.person_name, entry.person, '') as person_name,
        any_value(person.active_to) as active_to, max(entry.day_on) as last_on
    from time_entry as entry
    left join named_person on named_person.person = entry.person
    left join person on person.person_id = named_person.person_id
    where entry.day_on <= $today
    group by 1, 2
), compared as (
    select
        source, active_to, last_on, max(last_on) over () as tracked_on,
        max(last_on) over (partition by source) as newest_on,
        max(last_on) over (partition by person_name) as seen_on
    from latest
)
select source, date_diff('day', newest_on, tracked_on) as days
from compared
where tracked_on - newest_on between 1 and 182 and last_on > newest_on - 28
group by source, newest_on, tracked_on
having 2 * count(*) filter (seen_on <= newest_on and coalesce(active_to > newest_on, true)) >= count(*)
order by days desc, source
