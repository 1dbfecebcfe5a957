-- title: What an hour costs
-- unit: money per hour, each row in its currency
-- note: The most specific rate in force on a day counts: the person's, then the role's, then everybody's.
-- parameters: none

select nullif(person, '') as person, nullif(role, '') as role, from_on, hourly, currency
from rate
order by person nulls last, role nulls last, from_on
