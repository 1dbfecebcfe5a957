-- title: Rows of an import with negative hours, and whether they fit
-- note: In order of lines: a correction fits as long as its person, day and project keep no less than nothing.

with correction as (
    select
        rowid as row_id, line, person, day_on, project, seconds,
        concat_ws(' | ', told_name, person, day_on, project, task, description, round(seconds / 3600, 4) || ' h') as raw,
        sum(seconds) over (
            partition by person, day_on, project order by line, rowid
        ) as taken
    from time_entry
    where import_id = $import_id and seconds < 0
), worked as (
    select person, day_on, project, sum(seconds) as seconds
    from time_entry
    where import_id = $import_id and seconds > 0 and exists (select 1 from correction)
    group by person, day_on, project
)
select
    correction.row_id, correction.line, correction.raw, correction.seconds,
    coalesce(worked.seconds, 0) + correction.taken >= 0 as fits
from correction
left join worked
    on worked.person is not distinct from correction.person and worked.day_on = correction.day_on
    and worked.project is not distinct from correction.project
order by correction.line
