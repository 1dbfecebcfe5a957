-- title: Projects of labeling tools, and the tracker's project each belongs to
-- unit: labels
-- note: One row per project of a tool; without a project of the tracker it keeps its own name. Events that are held as daily sums make no labels. unmarked: the method of labels there that say nothing about it.
-- parameters: none

with labeled as (
    select source, tool_project, count(*) as labels, min(day_on) as first_on, max(day_on) as last_on
    from label
    group by 1, 2
    union all
    select source, tool_project, 0 as labels, min(day_on) as first_on, max(day_on) as last_on
    from rolled_work
    group by 1, 2
), known as (
    select
        source, tool_project, cast(sum(labels) as bigint) as labels, min(first_on) as first_on, max(last_on) as last_on
    from labeled
    group by 1, 2
)
select
    coalesce(known.source, map.source) as source,
    coalesce(known.tool_project, map.tool_project) as tool_project,
    map.project,
    coalesce(map.unmarked, 'unknown') as unmarked,
    coalesce(known.labels, 0) as labels,
    known.first_on, known.last_on
from known
full join labeling_project as map on map.source = known.source and map.tool_project = known.tool_project
order by source, tool_project
