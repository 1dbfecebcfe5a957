-- title: Whether a day lies in a period
-- note: A null day is unbounded, but a period without a last day ends today, unless it begins later. What has no day belongs only to periods without a first and last day.

create or replace macro is_in_period(day, from_on, to_on) as
    (from_on is null or day >= from_on)
    and (day <= to_on or (to_on is null and (day is null or day <= current_date or from_on > current_date)));
