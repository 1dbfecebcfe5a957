-- title: Labeling share under four definitions
-- unit: share of hours
-- note: The same hours, divided in four ways; each row lists the categories of both sides. The lowest and highest share count every hour that is not sorted yet (uncategorized) as modeling and as labeling.
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
), sides as (
    select
        definition, ordinal,
        string_agg(category, ' + ' order by category) filter (where side = 'labeling') as labeling_side,
        string_agg(category, ' + ' order by category) filter (where side = 'modeling') as modeling_side
    from share_definition
    group by definition, ordinal
), scope_definition as (
    select scope, definition, ordinal, labeling_side, modeling_side
    from sides
    cross join (values ('engineers'), ('everyone')) as scopes(scope)
), sums as (
    select
        scoped.scope, share_definition.definition,
        cast(coalesce(sum(scoped.seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(sum(scoped.seconds) as bigint) as both_seconds
    from scoped
    inner join share_definition on share_definition.category = scoped.category
    group by scoped.scope, share_definition.definition
), open_time as (
    select scope, cast(sum(seconds) as bigint) as seconds
    from scoped
    where category = 'uncategorized'
    group by scope
), measured as (
    select
        scope_definition.definition, scope_definition.ordinal, scope_definition.scope, scope_definition.labeling_side,
        scope_definition.modeling_side, coalesce(sums.labeling_seconds, 0) as numerator_seconds,
        coalesce(sums.both_seconds, 0) as denominator_seconds, coalesce(open_time.seconds, 0) as open_seconds,
        denominator_seconds + open_seconds as widest_seconds
    from scope_definition
    left join sums on sums.scope = scope_definition.scope and sums.definition = scope_definition.definition
    left join open_time on open_time.scope = scope_definition.scope
)
select
    definition, scope, labeling_side, modeling_side, numerator_seconds, hours(numerator_seconds) as numerator_hours,
    denominator_seconds, hours(denominator_seconds) as denominator_hours,
    sorted_share(numerator_seconds, denominator_seconds, open_seconds, widest_seconds) as share,
    open_seconds, hours(open_seconds) as open_hours,
    lowest_share(numerator_seconds, denominator_seconds, open_seconds, widest_seconds) as share_low,
    highest_share(numerator_seconds, denominator_seconds, open_seconds, widest_seconds) as share_high
from measured
order by ordinal, scope
