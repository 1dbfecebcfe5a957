-- title: Hours of seconds and of milliseconds
-- note: Exact division; nothing is rounded. Rollups do without these macros: they stay portable.

create or replace macro hours(seconds) as seconds / 3600.0;

create or replace macro hours_of_ms(milliseconds) as milliseconds / 3600000.0;
