-- title: What machines suggested and what people made of it
-- unit: labels
-- note: One row per automation, suggested and final answer, and difference in objects. The suggestion is the last one that a machine made of the item before the label was finished. The share edited is known where the export held both answers, and was computed at the import. Else a basis tells what the store holds of both: text; classes; digests of long or free texts, which are the same or not; the number of objects; or nothing to compare.
-- parameters: from_on, to_on, projects, teams, people, roles

with assisted as (
    select
        source, tool_project, item, person, label_key, finished_at, named_automation(automation) as automation, answer,
        objects, edit_share, edit_basis
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and method not in ('manual', 'unknown', 'imported')
), proposed as (
    select
        source, coalesce(project, '') as tool_project, item, coalesce(finished_at, started_at) as moment, answer, objects
    from labeling_event
    where person is null and stage = 'annotate' and outcome <> 'deleted' and (answer is not null or objects is not null)
), suggested as (
    select
        assisted.source, assisted.tool_project, assisted.item, assisted.person, assisted.label_key,
        arg_max(
            struct_pack(answer := proposed.answer, objects := proposed.objects), coalesce(epoch_us(proposed.moment), 0)
        ) as proposal
    from assisted
    inner join proposed
        on proposed.source = assisted.source and proposed.tool_project = assisted.tool_project
        and proposed.item = assisted.item
        and (proposed.moment is null or assisted.finished_at is null or proposed.moment <= assisted.finished_at)
    group by all
), paired as (
    select
        assisted.automation, assisted.edit_share, assisted.edit_basis, assisted.answer as final, suggested.proposal.answer as suggested,
        assisted.objects as final_objects, suggested.proposal.objects as suggested_objects
    from assisted
    left join suggested using (source, tool_project, item, person, label_key)
), based as (
    select
        automation, edit_share,
        case
            when edit_share is not null then edit_basis
            when suggested is null or final is null then
                if(suggested_objects is null or final_objects is null, 'not stored', 'number of objects')
            when is_digest(suggested) or is_digest(final) then 'digests'
            when is_class_list(suggested) and is_class_list(final) then 'classes'
            else 'text'
        end as basis,
        final, suggested, final_objects, suggested_objects
    from paired
)
select
    automation, basis, edit_share,
    if(edit_share is null and basis in ('text', 'classes', 'digests'), suggested, null) as suggested,
    if(edit_share is null and basis in ('text', 'classes', 'digests'), final, null) as final,
    if(basis = 'number of objects', suggested_objects, null) as suggested_objects,
    if(basis = 'number of objects', final_objects, null) as final_objects,
    count(*) as labels
from based
group by all
order by automation, basis, edit_share, labels desc, suggested, final, suggested_objects, final_objects
