-- title: Hours by category
-- unit: hours
-- note: Time that no rule matches is shown as uncategorized, even if there is none.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

with tracked as (
    select category, seconds, entries from filtered_time($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
    union all
    select 'uncategorized', 0, 0
), summed as (
    select category, cast(sum(seconds) as bigint) as seconds, cast(sum(entries) as bigint) as entries
    from tracked
    group by category
)
select
    category, seconds, hours(seconds) as hours, entries,
    share_of(seconds, sum(seconds) over ()) as share
from summed
order by seconds desc, category
