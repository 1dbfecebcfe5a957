-- title: Labeling events that the store holds as daily sums only
-- unit: events
-- note: One row: how many there are inside the filters, and in all.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    cast(coalesce(sum(events), 0) as bigint) as events,
    (select cast(coalesce(sum(events), 0) as bigint) from rolled_work) as stored
from filtered_work($from_on, $to_on, $projects, $teams, $people, $roles)
where is_summed
order by events
