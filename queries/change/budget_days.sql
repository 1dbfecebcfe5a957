-- title: Tracked time by day, and what it costs
-- unit: seconds and money
-- note: One row per project, day, side, sorted or not, and currency, over all people. Time of a person without a rate on that day has no currency and no money. Labeling is the labeling side of the default definition.
-- parameters: today

with worked as (
    select
        tracked.project, tracked.day_on, tracked.person_name, tracked.role,
        coalesce(category_side.side = 'labeling', false) as is_labeling,
        tracked.category = 'uncategorized' as is_open, sum(tracked.seconds) as seconds
    from filtered_time(
        null, null, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    ) as tracked
    left join category_side on category_side.category = tracked.category
    where tracked.day_on <= $today
    group by 1, 2, 3, 4, 5, 6
), priced as (
    select project, day_on, is_labeling, is_open, seconds, hourly_rate(person_name, role, day_on) as rate from worked
)
select
    project, day_on, is_labeling, is_open, rate.currency as currency,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds * rate.hourly)) as money
from priced
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
