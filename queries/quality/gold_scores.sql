-- title: Gold scores, by how the scored label was made
-- unit: score
-- note: A score on a labeling event is for that person's label. A score on a review is for the label that it is about, else for the method that the event names, else for the item's only label. Of all days, because reports ask for several periods. Items of one project count as the same whichever tool names them.
-- parameters: projects

with scored as (
    select
        event.source, coalesce(event.project, '') as tool_project,
        coalesce(event.item, 'line ' || event.import_id || '/' || event.line) as item,
        event.person, event.stage in ('annotate', 'rework') as is_own, event.method, event.automation,
        event.gold_score, event.day_on, 'id ' || coalesce(event.annotation, event.about) as label_key,
        row_number() over () as number
    from labeling_event as event
    where event.gold_score is not null and event.outcome not in ('skipped', 'cancelled', 'draft', 'deleted')
), made_label as (
    select source, tool_project, project, item, person, method, automation, is_produced, label_key, finished_at
    from label
    where item in (select item from scored)
), item_label as (
    -- Method, person and automation from the item's labels in any tool, where the scored event does not name them.
    select
        project, item,
        count(*) as labels,
        any_value(method) as method,
        any_value(person) as person,
        any_value(automation) filter (where method not in ('manual', 'unknown', 'imported')) as automation,
        any_value(person) filter (where method = 'manual') as manual_person,
        count(*) filter (where method = 'manual') as manual_labels
    from made_label
    where is_produced
    group by 1, 2
), item_project as (
    select distinct source, tool_project, item, project from made_label
), attributed as (
    select
        item_project.project, scored.item, scored.day_on, scored.gold_score as score,
        coalesce(scored.automation, made_label.automation, item_label.automation) as automation,
        case
            when scored.is_own or made_label.label_key = scored.label_key then made_label.method
            when scored.method not in ('unknown', 'imported') then scored.method
            when item_label.labels = 1 then item_label.method
        end as method,
        case
            when scored.is_own then scored.person
            when made_label.label_key = scored.label_key then made_label.person
            when scored.method = 'manual' and item_label.manual_labels = 1 then item_label.manual_person
            when item_label.labels = 1 then item_label.person
        end as person
    from scored
    inner join item_project using (source, tool_project, item)
    left join made_label
        on made_label.source = scored.source and made_label.tool_project = scored.tool_project
        and made_label.item = scored.item
        and (
            made_label.label_key = scored.label_key
            or scored.is_own and made_label.person is not distinct from scored.person
        )
    left join item_label on item_label.project = item_project.project and item_label.item = scored.item
    -- Of several labels of one person on an item: the one with the event's id, else the one made in its way.
    qualify row_number() over (
        partition by scored.number
        order by
            made_label.label_key = scored.label_key desc nulls last, made_label.method = scored.method desc nulls last,
            made_label.finished_at desc nulls last
    ) = 1
), named as (
    select
        attributed.project, attributed.item, attributed.day_on, attributed.score, coalesce(attributed.method, 'unknown') as method,
        coalesce(attributed.method, 'unknown') not in ('manual', 'unknown', 'imported') as is_assisted,
        attributed.automation, coalesce(person.person_name, attributed.person) as annotator
    from attributed
    left join named_person as person on person.person = attributed.person
)
select
    project, item, day_on, score, method, is_assisted,
    case when is_assisted then named_automation(automation) end as automation, annotator
from named
where len($projects) = 0 or list_contains($projects, project)
order by project, item, is_assisted, annotator, day_on, score
