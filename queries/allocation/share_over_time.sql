-- title: Labeling share by week
-- unit: share of hours
-- note: Weeks begin on the day in Set-up, Calendar and formats. A share is empty in a week without any hours in its denominator, and where the hours that are not sorted yet could move it by more than 5 points; then its range is the answer.
-- parameters: from_on, to_on, projects, teams, people, roles

with tracked as (
    select day_on, person_name, role, category, seconds
    from filtered_time(
        $from_on, $to_on, $projects, $teams, $people, $roles, cast([] as varchar[])
    )
), scoped as (
    select 'engineers' as scope, day_on, person_name, category, seconds from tracked where role = 'engineer'
    union all
    select 'everyone' as scope, day_on, person_name, category, seconds from tracked
), sums as (
    select
        week_of(scoped.day_on) as week_on,
        scoped.scope,
        cast(coalesce(sum(scoped.seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(scoped.seconds) filter (where side = 'modeling'), 0) as bigint) as modeling_seconds,
        cast(coalesce(sum(scoped.seconds) filter (where scoped.category = 'uncategorized'), 0) as bigint)
            as open_seconds,
        cast(sum(scoped.seconds) as bigint) as all_seconds
    from scoped
    left join category_side on category_side.category = scoped.category
    group by 1, 2
), widened as (
    select
        week_on, scope, labeling_seconds, modeling_seconds, open_seconds, all_seconds,
        labeling_seconds + modeling_seconds as both_seconds, both_seconds + open_seconds as widest_seconds
    from sums
)
select
    week_on, scope, labeling_seconds, modeling_seconds, all_seconds,
    hours(labeling_seconds) as labeling_hours,
    hours(modeling_seconds) as modeling_hours,
    hours(all_seconds) as all_hours,
    hours(open_seconds) as open_hours,
    settled_share(labeling_seconds, both_seconds, open_seconds, widest_seconds) as share_of_labeling_and_modeling,
    lowest_share(labeling_seconds, both_seconds, open_seconds, widest_seconds) as share_of_both_low,
    highest_share(labeling_seconds, both_seconds, open_seconds, widest_seconds) as share_of_both_high,
    settled_share(labeling_seconds, all_seconds, open_seconds, all_seconds) as share_of_all_tracked,
    lowest_share(labeling_seconds, all_seconds, open_seconds, all_seconds) as share_of_all_low,
    highest_share(labeling_seconds, all_seconds, open_seconds, all_seconds) as share_of_all_high
from widened
order by week_on, scope
