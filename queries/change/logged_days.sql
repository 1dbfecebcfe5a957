-- title: Days with time entries and with labels
-- unit: hours
-- note: Of everybody, whatever the filters: how far the logs reach, and how much they hold. Days after today are not counted.
-- parameters: none

select 'time' as log, day_on, hours(sum(seconds)) as hours
from time_day
where day_on <= current_date
group by day_on
union all
select 'labels' as log, day_on, hours_of_ms(coalesce(sum(annotate_ms) filter (where not is_by_machine(person, method)), 0)) as hours
from label
where day_on <= current_date and outcome <> 'assigned'
group by day_on
order by 1, 2
