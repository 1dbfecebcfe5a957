-- title: Tracked time and full-time equivalents, grouped by a dimension or a period
-- note: dimension is 'project', 'team', 'person' or 'category'; period is 'day', 'week' or 'month'. One body for every figure that differs in nothing but what its rows are.

create or replace macro member_of(dimension, project, team, person_name, category) as
    case dimension when 'project' then project when 'team' then team when 'person' then person_name else category end;

create or replace macro hours_by_member(dimension, from_on, to_on, projects, teams, people, roles, categories) as table
with sided as (
    select
        member_of(dimension, tracked.project, tracked.team, tracked.person_name, tracked.category) as member,
        tracked.person_name, tracked.seconds, tracked.entries, category_side.side,
        tracked.category = 'uncategorized' as is_open
    from filtered_time(from_on, to_on, projects, teams, people, roles, categories) as tracked
    left join category_side on category_side.category = tracked.category
), summed as (
    select
        member,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(entries) as bigint) as entries,
        count(distinct person_name) as persons, -- `people` is the filter
        cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(seconds) filter (where side = 'modeling'), 0) as bigint) as modeling_seconds,
        cast(coalesce(sum(seconds) filter (where is_open), 0) as bigint) as open_seconds
    from sided
    group by member
), widened as (
    select *, labeling_seconds + modeling_seconds as both_seconds, both_seconds + open_seconds as widest_seconds
    from summed
)
select
    member, seconds, hours(seconds) as hours, entries, persons as people,
    share_of(seconds, sum(seconds) over ()) as share,
    labeling_seconds, modeling_seconds,
    settled_share(labeling_seconds, both_seconds, open_seconds, widest_seconds) as labeling_share,
    lowest_share(labeling_seconds, both_seconds, open_seconds, widest_seconds) as labeling_share_low,
    highest_share(labeling_seconds, both_seconds, open_seconds, widest_seconds) as labeling_share_high,
    hours(open_seconds) as open_hours
from widened;

create or replace macro hours_by_member_and_category(
    dimension, from_on, to_on, projects, teams, people, roles, categories
) as table
select
    member_of(dimension, project, team, person_name, category) as member, category,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds)) as hours,
    cast(sum(entries) as bigint) as entries
from filtered_time(from_on, to_on, projects, teams, people, roles, categories)
group by 1, 2;

create or replace macro hours_by_period_and_category(
    period, from_on, to_on, projects, teams, people, roles, categories
) as table
select
    if(period = 'week', week_of(day_on), cast(date_trunc(period, day_on) as date)) as begins_on, category,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds)) as hours,
    cast(sum(entries) as bigint) as entries
from filtered_time(from_on, to_on, projects, teams, people, roles, categories)
group by 1, 2;

create or replace macro fte_by_member_and_category(
    dimension, from_on, to_on, projects, teams, people, roles, categories
) as table
select
    member_of(dimension, project, team, person_name, category) as member, category,
    sum(fte order by fte) / any_value(weeks) as fte,
    any_value(weeks) as weeks,
    cast(sum(seconds) as bigint) as seconds,
    hours(sum(seconds)) as hours,
    count(distinct person_name) as people
from full_time(from_on, to_on, projects, teams, people, roles, categories)
group by 1, 2;
