-- title: First and last day of time entries and of labels
-- unit: days
-- note: Null if there are none; days after today are not counted.
-- parameters: none

select
    (select min(day_on) from time_day) as time_from,
    (select max(day_on) from time_day where day_on <= current_date) as time_to,
    (select min(day_on) from label) as labels_from,
    (select max(day_on) from label where day_on <= current_date) as labels_to
order by 1
