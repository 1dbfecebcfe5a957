-- title: Labeling events that the store holds as daily sums only
-- unit: events
-- note: One row: how many there are inside the filters, of which tools, and the newest day.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    cast(coalesce(sum(events), 0) as bigint) as events, string_agg(distinct source, ', ' order by source) as sources,
    max(day_on) as last_on
from filtered_rolled($from_on, $to_on, $projects, $teams, $people, $roles)
order by events
