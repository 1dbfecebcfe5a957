-- title: First and last day of time entries, of labels, and of labels and events held as daily sums
-- unit: days
-- note: Null if there are none; days after today are not counted.
-- parameters: none

select
    (select min(day_on) from time_day) as time_from,
    (select max(day_on) from time_day where day_on <= current_date) as time_to,
    (select min(day_on) from label) as labels_from,
    (select max(day_on) from label where day_on <= current_date) as labels_to,
    (select min(day_on) from (select day_on from label union all select day_on from rolled_work)) as events_from,
    (
        select max(day_on) from (select day_on from label union all select day_on from rolled_work)
        where day_on <= current_date
    ) as events_to
order by 1
