-- title: Data quality
-- unit: entries
-- note: What could mislead, how many entries it affects, and what the labeling share (of labeling and modeling) would be without them. Unlike elsewhere, days after today are included.
-- parameters: from_on, to_on, projects, teams, people, roles, categories, today

with entry as (
    select
        filtered.entry_key, filtered.project, filtered.person_name, filtered.role, filtered.category,
        filtered.started_at, filtered.day_on, filtered.seconds, filtered.entry_seconds, category_side.side
    from filtered_entries(
        $from_on, coalesce($to_on, date '9999-12-31'), $projects, $teams, $people, $roles, $categories
    ) as filtered
    left join category_side on category_side.category = filtered.category
), rule_hit as (
    select 1 as ordinal, 'no rule decides (uncategorized)' as rule, entry_key, seconds, side
    from entry where category = 'uncategorized'
    union all
    select 2, 'no project', entry_key, seconds, side from entry where project = '(no project)'
    union all
    select 3, 'nobody named', entry_key, seconds, side from entry where person_name = '(nobody named)'
    union all
    select 4, 'role of the person not known', entry_key, seconds, side from entry where role = 'unknown'
    union all
    select 5, 'longer than 12 hours', entry_key, seconds, side from entry where entry_seconds > 43200
    union all
    select 6, 'longer than 24 hours', entry_key, seconds, side from entry where entry_seconds > 86400
    union all
    select 7, 'no length', entry_key, seconds, side from entry where entry_seconds = 0
    union all
    select 8, 'a day but no clock', entry_key, seconds, side from entry where started_at is null
    union all
    select 9, 'in the future', entry_key, seconds, side from entry where day_on > $today
    union all
    select 10, 'on a weekend', entry_key, seconds, side from entry where isodow(day_on) > 5
), quality_rule as (
    select ordinal, rule
    from (values
        (1, 'no rule decides (uncategorized)'), (2, 'no project'), (3, 'nobody named'),
        (4, 'role of the person not known'), (5, 'longer than 12 hours'), (6, 'longer than 24 hours'),
        (7, 'no length'), (8, 'a day but no clock'), (9, 'in the future'), (10, 'on a weekend')
    ) as rules(ordinal, rule)
), rule_count as (
    select
        ordinal, count(distinct entry_key) as entries, cast(sum(seconds) as bigint) as seconds,
        cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(seconds) filter (where side is not null), 0) as bigint) as both_seconds
    from rule_hit
    group by ordinal
), total as (
    select
        cast(coalesce(sum(seconds) filter (where side = 'labeling'), 0) as bigint) as labeling_seconds,
        cast(coalesce(sum(seconds) filter (where side is not null), 0) as bigint) as both_seconds
    from entry
)
select
    quality_rule.rule, coalesce(rule_count.entries, 0) as entries, coalesce(rule_count.seconds, 0) as seconds,
    hours(coalesce(rule_count.seconds, 0)) as hours,
    share_of(total.labeling_seconds, total.both_seconds) as share,
    share_of(
        total.labeling_seconds - coalesce(rule_count.labeling_seconds, 0),
        total.both_seconds - coalesce(rule_count.both_seconds, 0)
    ) as share_without,
    share_without - share as effect
from quality_rule
cross join total
left join rule_count on rule_count.ordinal = quality_rule.ordinal
order by quality_rule.ordinal
