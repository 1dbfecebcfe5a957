-- title: What the rule for overlapping entries takes away
-- unit: hours
-- note: One row: the rule in force, what it takes away within the filters, and entries that it cannot judge because they have no clock or name nobody.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    overlap_rule() as rule, hours(coalesce(sum(overlap_seconds), 0)) as hours,
    count(distinct entry_key) filter (where overlap_seconds > 0) as shortened,
    coalesce(sum(begun) filter (where not is_judged(started_at, started_local, day_on, person_name)), 0) as not_judged,
    coalesce(sum(begun), 0) as entries
from filtered_entries($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by rule
