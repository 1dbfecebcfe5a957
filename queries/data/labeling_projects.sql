-- title: Projects of labeling tools, and which project of the tracker they are
-- unit: labels
-- note: One row a project of a tool; without a project it stands for itself. unmarked is what a label there means that nothing says anything about.
-- parameters: none

with seen as (
    select source, tool_project, count(*) as labels, min(day_on) as first_on, max(day_on) as last_on
    from label
    group by 1, 2
)
select
    coalesce(seen.source, map.source) as source,
    coalesce(seen.tool_project, map.tool_project) as tool_project,
    map.project,
    coalesce(map.unmarked, 'unknown') as unmarked,
    coalesce(seen.labels, 0) as labels,
    seen.first_on, seen.last_on
from seen
full join labeling_project as map on map.source = seen.source and map.tool_project = seen.tool_project
order by source, tool_project
