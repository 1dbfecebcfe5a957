-- title: Labeling share
-- unit: share of hours
-- note: Labeling is {labeling side}; modeling is {modeling side}. Two shares, each with its own denominator. The lowest and highest share count every hour that is not sorted yet (uncategorized) as modeling and as labeling.
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
), scope_measure as (
    select scope, measure, ordinal
    from (values ('engineers', 1), ('everyone', 2)) as scopes(scope, scope_ordinal)
    cross join (values
        ('labeling_of_labeling_and_modeling', 1), ('labeling_of_all_tracked', 2)
    ) as measures(measure, ordinal)
), sums as (
    select
        scoped.scope,
        cast(coalesce(sum(scoped.seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(scoped.seconds) filter (where side is not null), 0) as bigint) as both_seconds,
        cast(coalesce(sum(scoped.seconds) filter (where scoped.category = 'uncategorized'), 0) as bigint)
            as open_seconds,
        cast(sum(scoped.seconds) as bigint) as all_seconds,
        count(distinct scoped.person_name) as people
    from scoped
    left join category_side on category_side.category = scoped.category
    group by scoped.scope
), weeks as (
    select role, covered_seconds, capacity_seconds
    from person_week($from_on, $to_on, $teams, $people, $roles)
    where capacity_seconds is not null
), covered as (
    select 'engineers' as scope, sum(covered_seconds) / nullif(sum(capacity_seconds), 0) as coverage
    from weeks where role = 'engineer'
    union all
    select 'everyone' as scope, sum(covered_seconds) / nullif(sum(capacity_seconds), 0) as coverage
    from weeks
), measured as (
    select
        scope_measure.scope, scope_measure.measure, scope_measure.ordinal,
        coalesce(sums.labeling_seconds, 0) as numerator_seconds,
        coalesce(case when scope_measure.ordinal = 1 then sums.both_seconds else sums.all_seconds end, 0)
            as denominator_seconds,
        coalesce(sums.open_seconds, 0) as open_seconds,
        -- All tracked time has the open hours in it already.
        coalesce(case when scope_measure.ordinal = 1 then sums.both_seconds + sums.open_seconds else sums.all_seconds end, 0)
            as widest_seconds,
        coalesce(sums.people, 0) as people,
        covered.coverage
    from scope_measure
    left join sums on sums.scope = scope_measure.scope
    left join covered on covered.scope = scope_measure.scope
)
select
    scope, measure, numerator_seconds, hours(numerator_seconds) as numerator_hours,
    denominator_seconds, hours(denominator_seconds) as denominator_hours,
    sorted_share(numerator_seconds, denominator_seconds, open_seconds, widest_seconds) as share,
    open_seconds, hours(open_seconds) as open_hours,
    lowest_share(numerator_seconds, denominator_seconds, open_seconds, widest_seconds) as share_low,
    highest_share(numerator_seconds, denominator_seconds, open_seconds, widest_seconds) as share_high,
    people, coverage
from measured
order by scope, ordinal
