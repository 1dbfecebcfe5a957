-- title: Drafts of an import, or known ones, that became labels
-- note: A label tells when its draft was begun. The draft ends with the import that has the label.

create or replace temp table ended_draft as
with draft as (
    select source, source_key, import_id, project, item, person, finished_at
    from labeling_event
    where source = $source and outcome = 'draft'
), submitted as (
    select import_id, line, project, item, person, draft_at, finished_at
    from labeling_event
    where source = $source and draft_at is not null
), ended as (
    select
        draft.source, draft.source_key, min(submitted.import_id) as import_id,
        min(submitted.line) as line, max(submitted.finished_at) as changed_at
    from draft
    inner join submitted
        on submitted.item = draft.item
        and submitted.draft_at = draft.finished_at
        and submitted.project is not distinct from draft.project
        and submitted.person is not distinct from draft.person
    where draft.import_id = $import_id or submitted.import_id = $import_id
    group by 1, 2
)
select
    ended.import_id, 'labeling_event' as kind, ended.source, ended.source_key, cast(null as ubigint) as content_key,
    ended.line, ended.changed_at,
    exists (
        select 1 from holding
        where holding.kind = 'labeling_event' and holding.source = ended.source
            and holding.source_key = ended.source_key and holding.import_id = ended.import_id
            and holding.content_key is null
    ) as is_known
from ended
