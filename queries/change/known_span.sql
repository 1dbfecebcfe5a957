-- title: First and last day of time entries, of labels, and of labels and events held as daily sums
-- unit: days
-- note: Null if there are none; days after today are not counted.
-- parameters: none

with tracked as (
    select min(day_on) as first_on, max(day_on) filter (where day_on <= current_date) as last_on from time_day
), labeled as (
    select min(day_on) as first_on, max(day_on) filter (where day_on <= current_date) as last_on from label
), rolled as (
    select min(day_on) as first_on, max(day_on) filter (where day_on <= current_date) as last_on from rolled_work
)
select
    tracked.first_on as time_from, tracked.last_on as time_to,
    labeled.first_on as labels_from, labeled.last_on as labels_to,
    -- Of one that is null, the other.
    least(labeled.first_on, rolled.first_on) as events_from, greatest(labeled.last_on, rolled.last_on) as events_to
from tracked cross join labeled cross join rolled
order by time_from
