-- title: Hourly rates of the people who made labels
-- unit: money per hour
-- note: One row per person and day with a label that an estimate of savings compares; no row without a rate. Of all days, because reports ask for several periods.
-- parameters: projects, teams, people, roles

with paid_day as (
    select person_name, min(role) as role, day_on
    from filtered_labels(null, date '9999-12-31', $projects, $teams, $people, $roles)
    where is_produced and person is not null and day_on is not null and (select count(*) > 0 from rate)
    group by person_name, day_on
), paid as (
    select person_name as annotator, day_on, hourly_rate(person_name, role, day_on) as rate from paid_day
)
select annotator, day_on, rate.hourly as hourly, rate.currency as currency
from paid
where rate is not null
order by annotator, day_on
