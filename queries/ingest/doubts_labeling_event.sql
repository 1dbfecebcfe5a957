-- title: Oddities in the labels of an import
-- note: Nothing is rejected for these; the lead gets a warning. automatic_by_people: in tables that people filled in; tools name a model as the maker of its labels. only_rejected: of projects where a finished label was rejected and none is known to be accepted; an annotator who rejects a suggestion finishes no label. repeated: a person does not finish one item twice in the same moment, but a join repeats rows.

with only_rejecting as (
    select distinct source, tool_project
    from label
    where is_produced and outcome = 'rejected' and project not in (select project from accepting_project)
)
select
    count(*) filter (event.milliseconds > 43200000) as over_twelve_hours,
    count(*) filter (event.day_on > $today) as in_the_future,
    count(*) filter (
        event.method = 'automatic' and event.stage = 'annotate' and event.person is not null
        and event.source in ('native_labeling', 'generic_labeling')
    ) as automatic_by_people,
    count(*) filter (event.outcome = 'rejected' and only_rejecting.source is not null) as only_rejected,
    count(*) filter (event.native_id is null and coalesce(event.started_at, event.finished_at) is not null)
    - count(distinct case
        when event.native_id is null and coalesce(event.started_at, event.finished_at) is not null
            then hash(
                event.source_key, event.outcome, event.method, event.milliseconds, event.label_kind, event.answer,
                event.annotation
            )
    end) as repeated
from labeling_event as event
left join only_rejecting
    on only_rejecting.source = event.source and only_rejecting.tool_project = coalesce(event.project, '')
where event.import_id = $import_id
