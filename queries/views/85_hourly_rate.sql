-- title: Hourly rate of a person on a day
-- note: The most specific rate goes first: the person's, then the role's, then everybody's; of these, the newest in force. Null if none is.

create or replace macro hourly_rate(who, what, day) as (
    select max_by({'hourly': rate.hourly, 'currency': rate.currency}, (rate.person <> '', rate.role <> '', rate.from_on))
    from rate
    where rate.person in ('', who) and rate.role in ('', what) and rate.from_on <= day
);
