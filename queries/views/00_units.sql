-- title: Hours of seconds and of milliseconds
-- note: Exact division; nothing is rounded. Rollups do without these macros: they stay portable.

create or replace macro hours(seconds) as seconds / 3600.0;

create or replace macro hours_of_ms(milliseconds) as milliseconds / 3600000.0;

-- The first day of the week of a day: Monday, or what the sheet calendar says. A shift of 1 begins weeks on Sunday.
create or replace macro week_shift() as coalesce((select cast(value as integer) from meta where key = 'week_shift'), 0);

create or replace macro week_of(day_on) as
    cast(date_trunc('week', cast(day_on as date) + week_shift()) as date) - week_shift();
