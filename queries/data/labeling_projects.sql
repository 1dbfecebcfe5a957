-- title: Projects of labeling tools, and the tracker's project each belongs to
-- unit: labels
-- note: One row per project of a tool; without a project of the tracker it keeps its own name. unmarked: the method of labels there that say nothing about it.
-- parameters: none

with labeled as (
    select source, tool_project, count(*) as labels, min(day_on) as first_on, max(day_on) as last_on
    from label
    group by 1, 2
)
select
    coalesce(labeled.source, map.source) as source,
    coalesce(labeled.tool_project, map.tool_project) as tool_project,
    map.project,
    coalesce(map.unmarked, 'unknown') as unmarked,
    coalesce(labeled.labels, 0) as labels,
    labeled.first_on, labeled.last_on
from labeled
full join labeling_project as map on map.source = labeled.source and map.tool_project = labeled.tool_project
order by source, tool_project
