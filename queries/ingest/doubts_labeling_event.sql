-- title: Oddities in the labels of an import
-- note: Nothing is rejected for these; the lead gets a warning. automatic_by_people: in tables that people filled in; tools name a model as the maker of its labels. only_rejected: of projects where no label is known to be accepted. repeated: a person does not finish one item twice in the same moment, but a join repeats rows.

with accepting as (
    select distinct label.source, label.tool_project
    from label
    inner join accepting_project using (project)
)
select
    count(*) filter (event.milliseconds > 43200000) as over_twelve_hours,
    count(*) filter (event.day_on > $today) as in_the_future,
    count(*) filter (
        event.method = 'automatic' and event.stage = 'annotate' and event.person is not null
        and event.source in ('native_labeling', 'generic_labeling')
    ) as automatic_by_people,
    count(*) filter (event.outcome = 'rejected' and accepting.source is null) as only_rejected,
    count(*) filter (event.native_id is null and coalesce(event.started_at, event.finished_at) is not null)
    - count(distinct case
        when event.native_id is null and coalesce(event.started_at, event.finished_at) is not null
            then hash(
                event.source_key, event.outcome, event.method, event.milliseconds, event.label_kind, event.answer,
                event.annotation
            )
    end) as repeated
from labeling_event as event
left join accepting on accepting.source = event.source and accepting.tool_project = coalesce(event.project, '')
where event.import_id = $import_id
