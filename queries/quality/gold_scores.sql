-- title: Gold scores, by how the scored label was made
-- unit: score
-- note: A score on a labeling event is of that person's label. A score on a review is of the method that the event names, else of the item's only label. Scores of every day up to the last of the period: an audit holds for what follows it too. Items of one project count as the same item whichever tool names them.
-- parameters: to_on, projects

with made as (
    select source, tool_project, project, item, person, method, automation, is_produced
    from label
), known as (
    -- What the labels of an item, in whatever tool, say about it when the scored event itself does not.
    select
        project, item,
        count(*) as labels,
        any_value(method) as method,
        any_value(person) as person,
        any_value(automation) filter (where method not in ('manual', 'unknown', 'imported')) as automation,
        any_value(person) filter (where method = 'manual') as manual_person,
        count(*) filter (where method = 'manual') as manual_labels
    from made
    where is_produced
    group by 1, 2
), placed as (
    select distinct source, tool_project, item, project from made
), scored as (
    select
        event.source, coalesce(event.project, '') as tool_project,
        coalesce(event.item, 'line ' || event.import_id || '/' || event.line) as item,
        event.person, event.stage in ('annotate', 'rework') as is_own, event.method, event.automation,
        event.gold_score, event.day_on
    from labeling_event as event
    where event.gold_score is not null and event.outcome not in ('skipped', 'cancelled', 'draft', 'deleted')
), told as (
    select
        placed.project, scored.item, scored.day_on, scored.gold_score as score,
        coalesce(scored.automation, made.automation, known.automation) as automation,
        case
            when scored.is_own then made.method
            when scored.method not in ('unknown', 'imported') then scored.method
            when known.labels = 1 then known.method
        end as method,
        case
            when scored.is_own then scored.person
            when scored.method = 'manual' and known.manual_labels = 1 then known.manual_person
            when known.labels = 1 then known.person
        end as person
    from scored
    inner join placed using (source, tool_project, item)
    left join made
        on scored.is_own and made.source = scored.source and made.tool_project = scored.tool_project
        and made.item = scored.item and made.person is not distinct from scored.person
    left join known on known.project = placed.project and known.item = scored.item
), named as (
    select
        told.project, told.item, told.day_on, told.score, coalesce(told.method, 'unknown') as method,
        coalesce(told.method, 'unknown') not in ('manual', 'unknown', 'imported') as is_assisted,
        told.automation, coalesce(person.name, told.person) as annotator
    from told
    left join alias on alias.alias = told.person
    left join person on person.person_id = alias.person_id
)
select
    project, item, day_on, score, method, is_assisted,
    case when is_assisted then coalesce(automation, '(not registered)') end as automation, annotator
from named
where ($to_on is null or day_on <= $to_on)
    and (len($projects) = 0 or list_contains($projects, project))
order by project, item, is_assisted, annotator, day_on, score
