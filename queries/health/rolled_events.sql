-- title: Do the daily sums of labeling events add up to what their imports say?
-- unit: months that do not add up
-- note: By import and month: the daily sums, and the events that they stand for.
-- parameters: none

with held as (
    select sha256, count(*) as daily_sums, sum(events) as events from rolled_day group by 1
)
select count(*) as differing
from rolled_month
left join held on held.sha256 = rolled_month.sha256
where rolled_month.daily_sums <> coalesce(held.daily_sums, 0) or rolled_month.events <> coalesce(held.events, 0)
order by 1
