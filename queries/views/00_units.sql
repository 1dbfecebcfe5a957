-- title: Hours of seconds and of milliseconds, weeks, and quantiles of counted values
-- note: Nothing is rounded. Rollups do without these macros: they stay portable.

create or replace macro hours(seconds) as seconds / 3600.0;

create or replace macro hours_of_ms(milliseconds) as milliseconds / 3600000.0;

-- The first day of the week of a day: Monday, or what the sheet calendar says. A shift of 1 begins weeks on Sunday.
create or replace macro week_shift() as coalesce((select cast(value as integer) from meta where key = 'week_shift'), 0);

create or replace macro week_of(day_on) as
    cast(date_trunc('week', cast(day_on as date) + week_shift()) as date) - week_shift();

-- The value at a place, counted from zero, of sorted values that occur several times; upto counts them up to this one.
-- Between two places it is interpolated, as quantile_cont does.
create or replace macro counted_quantile(place, counted, upto) as
    min(counted) filter (where upto > floor(place)) * (1 - any_value(place - floor(place)))
    + min(counted) filter (where upto > ceil(place)) * any_value(place - floor(place));

create or replace macro three_digits(whole) as
    if(abs(whole) < 1000, whole, cast(round(whole, 2 - cast(floor(log10(abs(whole))) as integer)) as bigint));
