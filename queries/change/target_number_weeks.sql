-- title: Numbers that targets are set on, by week
-- unit: that of the number
-- note: One row per calendar week from Monday, as the figures Labeling share and Accepted items per hour tell of each week: of everyone's time, and of labels of people. The filter on projects does not apply to coverage.
-- parameters: from_on, to_on, projects

with tracked as (
    select
        cast(date_trunc('week', tracked.day_on) as date) as week_on,
        cast(coalesce(sum(tracked.seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(tracked.seconds) filter (where tracked.category = 'uncategorized'), 0) as bigint) as open_seconds,
        cast(sum(tracked.seconds) as bigint) as all_seconds
    from filtered_time(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    ) as tracked
    left join category_side on category_side.category = tracked.category
    group by 1
), offered as (
    select day_on, person_name, seconds
    from capacity_day($from_on, $to_on)
), offered_week as (
    select
        cast(date_trunc('week', day_on) as date) as week_on, person_name, cast(sum(seconds) as bigint) as capacity_seconds,
        case when isodow(min(day_on)) = 1 then min(day_on) - 2 else min(day_on) end as first_on,
        case when isodow(max(day_on)) = 5 then max(day_on) + 2 else max(day_on) end as last_on
    from offered
    group by 1, 2
), tracked_day as (
    select day_on, person_name, cast(sum(seconds) as bigint) as seconds
    from filtered_time(
        $from_on, $to_on, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[]),
        cast([] as varchar[])
    )
    group by 1, 2
), covered as (
    select
        offered_week.week_on, offered_week.person_name, offered_week.capacity_seconds,
        cast(coalesce(sum(tracked_day.seconds), 0) as bigint) as covered_seconds
    from offered_week
    left join tracked_day
        on tracked_day.person_name = offered_week.person_name
        and cast(date_trunc('week', tracked_day.day_on) as date) = offered_week.week_on
        and tracked_day.day_on between offered_week.first_on and offered_week.last_on
    group by 1, 2, 3
), coverage as (
    select
        week_on, sum(covered_seconds) filter (where capacity_seconds > 0) / nullif(sum(capacity_seconds), 0) as coverage
    from covered
    group by 1
), judged as (
    select label.*, is_reviewed and project in (select project from accepting_project) as is_judged
    from timed_labels(
        $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
    ) as label
), labeled as (
    select
        cast(date_trunc('week', day_on) as date) as week_on,
        count(*) filter (where is_produced) as labels,
        count(*) filter (where is_produced and is_judged) as reviewed,
        count(*) filter (where is_produced and is_judged and basis = 'measured') as timed,
        count(*) filter (where is_produced and outcome in ('accepted', 'fixed') and basis = 'measured') as accepted,
        count(review_ms) filter (where is_produced and is_judged and basis = 'measured') as review_timed,
        sum(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0))
            filter (where is_produced and is_judged and basis = 'measured') as reviewed_ms,
        coalesce(sum(annotate_ms) filter (where not is_produced and basis = 'measured'), 0) as lost_ms
    from judged
    where not is_machine
    group by 1
), rated as (
    select
        week_on, reviewed, timed, review_timed,
        accepted / nullif(hours_of_ms(reviewed_ms + lost_ms * (reviewed / nullif(labels, 0))), 0) as accepted_per_hour
    from labeled
)
select
    week_on,
    sorted_share(labeling_seconds, all_seconds, open_seconds, all_seconds) as share,
    lowest_share(labeling_seconds, all_seconds, open_seconds, all_seconds) as share_low,
    highest_share(labeling_seconds, all_seconds, open_seconds, all_seconds) as share_high,
    hours(open_seconds) as open_hours,
    coverage.coverage,
    case when reviewed > 0 then accepted_per_hour end as accepted_per_hour,
    case
        when timed > 0 and review_timed = 0 then 'too high: review time is not in the log'
        when review_timed < timed then 'too high: review time is partly missing'
        else 'complete'
    end as reading
from tracked
full join coverage using (week_on)
full join rated using (week_on)
order by week_on
