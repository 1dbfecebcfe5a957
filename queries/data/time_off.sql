-- title: Time off
-- unit: hours
-- note: Hours on a day that a person could not have tracked.
-- parameters: none

select person.name, time_off.day_on, time_off.hours
from time_off
inner join person on person.person_id = time_off.person_id
order by person.name, time_off.day_on
