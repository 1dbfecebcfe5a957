-- title: Whether a person has finished a week
-- note: Finished: at least 80% of the capacity is tracked. Unknown where the weekly hours are. A week is over once its last workday is in the log of anybody.

create or replace macro person_week_state(from_on, to_on, teams, people, roles) as table
with log as (
    select max(day_on) as last_on from time_day where day_on <= current_date
)
select
    week.week_on, week.person_name, week.team, week.role, week.tracked_seconds, week.covered_seconds,
    week.capacity_seconds,
    case
        when week.capacity_seconds is null then 'unknown'
        when week.covered_seconds >= 0.8 * week.capacity_seconds then 'finished'
        else 'not finished'
    end as state,
    coalesce(log.last_on >= week.week_on + case isodow(week.week_on + 6) when 7 then 4 when 6 then 5 else 6 end, false)
        as is_over
from person_week(from_on, to_on, teams, people, roles) as week
cross join log;
