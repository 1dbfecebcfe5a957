-- title: Labels, one row each
-- note: A label is one annotation: its id, else what one person made of an item in one way. A draft that never became a label has a row of its own (where labels have no ids: one with objects that its person did not submit later), and so has an assignment that nobody began.
-- note: Reviews, verdicts, scores and rework belong to the label they are about, else to the last one of the item before them (rework: of the same person, if there is one). Where that is open they count for all labels of the item, with their time split evenly; open_reviews says how many.
-- note: Method and automation come from the log where it names them, else from the register, else they are unknown.
-- note: The log's own hold-out mark overrides the plan; a plan does not apply to labels older than it.
-- note: Of several events of a label, what the newest one says counts; those without an end come before it, in their order in the file.
-- note: Runs once for each part of the items, so that a large log needs no more memory than a small one.
-- parameters: touched, part, parts

with event as (
    select
        import_id, source, source_key, occurrence, coalesce(project, '') as tool_project,
        coalesce(item, 'line ' || import_id || '/' || line) as item_key,
        stage, stage = 'annotate' as is_annotating, outcome, outcome = 'assigned' as is_assignment, method, suggestion, dataset, person, started_at,
        finished_at, day_on, milliseconds, time_kind, idle_rule, objects, label_kind, difficulty, agreement,
        gold_score, model, tokens, cost, currency, automation, holdout, eligible, answer, annotation, about,
        edit_share, edit_basis, media_milliseconds, coalesce(finished_at, started_at) as moment,
        coalesce(finished_at, timestamp '0001-01-01' + to_microseconds(line)) as place_in_time,
        outcome in ('submitted', 'accepted', 'fixed') as is_output,
        case
            when outcome in ('submitted', 'accepted', 'fixed') and method not in ('unknown', 'imported') then method
        end as made_by
    from labeling_event
    where ($touched is null or list_contains($touched, source || '/' || coalesce(project, '')))
        and hash(source, project, coalesce(item, 'line ' || import_id || '/' || line)) % $parts = $part
), timed as (
    select event.* replace (coalesce(shared_time.milliseconds, event.milliseconds) as milliseconds)
    from event
    left join shared_time using (import_id, source, source_key, occurrence)
), item as (
    select
        source, tool_project, item_key,
        coalesce(bool_or(is_annotating and not is_assignment and person is not null), false) as has_person,
        coalesce(bool_or(is_annotating and annotation is not null), false) as has_ids,
        coalesce(bool_or(person is null and method not in ('manual', 'unknown', 'imported')), false) as is_marked,
        arg_max(dataset, place_in_time) as dataset,
        max(agreement) as agreement,
        max(difficulty) as difficulty,
        bool_or(holdout) as holdout,
        bool_or(eligible) as eligible,
        bool_or(is_assignment) as has_assignment
    from timed
    group by 1, 2, 3
), begun as (
    -- An assignment says nothing more once its person works on the item.
    select timed.source, timed.tool_project, timed.item_key, timed.person as begun_by
    from timed
    inner join item using (source, tool_project, item_key)
    where item.has_assignment
    group by all
    having bool_or(is_annotating and not is_assignment)
), keyed as (
    -- Work that names no way of its own goes with what the person made next of the item, else before.
    select
        timed.*, item.has_person, item.has_ids,
        case
            when annotation is not null then 'id ' || annotation
            when person is not null and outcome in ('draft', 'assigned') and item.has_ids then 'draft'
            when person is not null and outcome = 'draft' and objects is not null
                and coalesce(bool_or(is_output) over earlier, false) and not coalesce(bool_or(is_output) over later, false) then 'draft'
            when person is not null then 'by ' || coalesce(
                made_by, first_value(made_by ignore nulls) over later, last_value(made_by ignore nulls) over earlier, ''
            )
            else ''
        end as label_key
    from timed
    inner join item using (source, tool_project, item_key)
    left join begun
        on is_assignment and begun.source = timed.source and begun.tool_project = timed.tool_project
        and begun.item_key = timed.item_key and begun_by = timed.person
    where begun_by is null
    window
        later as (
            partition by timed.source, timed.tool_project, timed.item_key, timed.is_annotating, timed.person
            order by timed.moment rows between 1 following and unbounded following
        ),
        earlier as (
            partition by timed.source, timed.tool_project, timed.item_key, timed.is_annotating, timed.person
            order by timed.moment rows between unbounded preceding and 1 preceding
        )
), made as (
    -- What a review can be about: labels of people where there are any.
    select
        source, tool_project, item_key, person, label_key,
        any_value(annotation) as annotation, has_ids, min(moment) as moment,
        row_number() over (partition by source, tool_project, item_key order by person, label_key) as number,
        count(*) over (partition by source, tool_project, item_key) as labels
    from keyed
    where is_annotating and label_key <> 'draft' and not is_assignment and (person is not null or not has_person)
    group by source, tool_project, item_key, person, label_key, has_ids
), aimed as (
    select
        event.import_id, event.source_key, event.occurrence, event.source, event.tool_project, event.item_key,
        made.person, made.label_key, made.number, made.labels,
        case
            when made.labels = 1 and (event.about is null or not made.has_ids) then 1
            when event.about is not null and made.has_ids then case when event.about = made.annotation then 4 end
            when event.stage = 'rework' and event.person = made.person then 3
            when made.moment <= event.moment then 2
        end as fit,
        made.moment
    from keyed as event
    inner join made using (source, tool_project, item_key)
    where not event.is_annotating
), placed_event as (
    select
        *, count(*) filter (where fit is not null) over best = 1 as is_clear, fit is not null as is_fitting
    from (
        select *, rank() over (
            partition by import_id, source_key, occurrence, source order by fit desc nulls last, moment desc nulls last
        ) as place
        from aimed
    )
    window best as (partition by import_id, source_key, occurrence, source, place)
), charged as (
    -- One row per event and label that it counts for.
    select
        event.*, place.person as label_person, place.label_key as charged_key, place.is_open,
        case
            when place.is_open then event.milliseconds // place.labels
                + case when place.number = 1 then event.milliseconds % place.labels else 0 end
            else event.milliseconds
        end as charged_ms
    from keyed as event
    inner join (
        select *, not (is_fitting and is_clear) as is_open
        from placed_event
        qualify bool_or(place = 1 and is_fitting and is_clear) over (partition by import_id, source_key, occurrence, source)
            = (place = 1 and is_fitting and is_clear)
    ) as place using (import_id, source, source_key, occurrence)
    where not event.is_annotating
    union all
    select event.*, null, '', false, event.milliseconds
    from keyed as event
    anti join made using (source, tool_project, item_key)
    where not event.is_annotating
), checked as (
    select
        source, tool_project, item_key, label_person as person, charged_key as label_key,
        count(*) filter (where outcome = 'rejected') as rejections,
        bool_or(outcome in ('accepted', 'rejected', 'fixed')) as is_reviewed,
        arg_max(outcome, coalesce(moment, place_in_time)) filter (where outcome in ('accepted', 'rejected', 'fixed', 'submitted')) as verdict,
        max(moment) filter (where outcome = 'rejected') as rejected_at,
        sum(charged_ms) filter (where stage in ('review', 'adjudicate') and not is_by_machine(charged.person, method)) as review_ms,
        sum(charged_ms) filter (where stage = 'rework' and not is_by_machine(charged.person, method)) as rework_ms,
        max(gold_score) as gold_score,
        count(*) filter (where is_open) as open_reviews
    from charged
    group by 1, 2, 3, 4, 5
), first_key as (
    select source, tool_project, item_key, min(label_key) as label_key from made group by 1, 2, 3
), worked as (
    -- Items that only a machine, or only a reviewer, touched keep a row without an annotator.
    select
        timed.source, timed.tool_project, timed.item_key,
        case when timed.is_annotating and (timed.has_person or is_assignment) then timed.person end as person,
        case
            when is_assignment then 'assigned'
            when timed.has_person and (not timed.is_annotating or timed.person is null) then '(others)'
            when timed.is_annotating then timed.label_key
            else coalesce(first_key.label_key, '')
        end as label_key,
        max(timed.day_on) filter (where is_annotating) as day_on,
        max(timed.finished_at) filter (where is_annotating) as finished_at,
        max(timed.day_on) as any_day_on,
        min(timed.method) filter (
            where is_annotating and timed.method not in ('unknown', 'imported', 'manual')
        ) as assisted_method,
        coalesce(bool_or(is_annotating and timed.method = 'manual'), false) as is_manual,
        min(timed.suggestion) filter (where timed.suggestion <> 'unknown') as least_suggestion,
        max(timed.suggestion) filter (where timed.suggestion <> 'unknown') as most_suggestion,
        bool_or(timed.suggestion = 'edited') as is_edited,
        arg_max(timed.automation, timed.place_in_time) as automation,
        coalesce(bool_or(is_annotating and timed.is_output), false) as is_output,
        coalesce(bool_or(is_annotating and timed.method = 'imported'), false) as is_imported,
        bool_or(is_annotating and timed.outcome in ('skipped', 'cancelled')) as is_skipped,
        coalesce(bool_or(is_annotating), false) as is_annotated,
        bool_and(is_assignment) as is_assigned,
        sum(timed.milliseconds) filter (where is_annotating) as annotate_ms,
        arg_max(timed.time_kind, timed.place_in_time) filter (where timed.milliseconds is not null) as time_kind,
        arg_max(timed.idle_rule, timed.place_in_time) filter (where timed.idle_rule is not null) as idle_rule,
        coalesce(
            sum(case when timed.outcome = 'deleted' then -timed.objects else timed.objects end)
                filter (where is_annotating and timed.outcome <> 'draft'),
            sum(timed.objects) filter (where is_annotating)
        ) as objects,
        arg_max(timed.label_kind, timed.place_in_time) filter (where timed.label_kind is not null) as label_kind,
        arg_max(timed.answer, timed.place_in_time) filter (
            where is_annotating and timed.outcome in ('submitted', 'accepted', 'fixed') and timed.answer is not null
        ) as answer,
        arg_max(struct_pack(share := timed.edit_share, basis := timed.edit_basis), timed.place_in_time) filter (
            where is_annotating and timed.outcome in ('submitted', 'accepted', 'fixed') and timed.edit_share is not null
        ) as edit,
        max(timed.media_milliseconds) filter (where is_annotating) as media_milliseconds,
        arg_max(timed.model, timed.place_in_time) as model,
        sum(timed.tokens) as tokens,
        sum(timed.cost order by timed.cost) as cost,
        max(timed.currency) as currency,
        max(timed.gold_score) filter (where is_annotating) as own_gold_score,
        count(*) filter (where is_annotating) as annotate_events,
        count(*) as events
    from keyed as timed
    left join first_key using (source, tool_project, item_key)
    group by 1, 2, 3, 4, 5
), placed as (
    select
        worked.*, item.* exclude (source, tool_project, item_key, has_assignment),
        checked.* exclude (source, tool_project, item_key, person, label_key, gold_score),
        greatest(worked.own_gold_score, checked.gold_score) as gold_score,
        coalesce(map.project, nullif(worked.tool_project, ''), '(no project)') as project_name,
        coalesce(map.unmarked, 'unknown') as unmarked,
        worked.person is not null as is_persons
    from worked
    inner join item using (source, tool_project, item_key)
    left join checked
        on checked.source = worked.source and checked.tool_project = worked.tool_project
        and checked.item_key = worked.item_key and checked.person is not distinct from worked.person
        and checked.label_key = worked.label_key
    left join labeling_project as map
        on map.source = worked.source and map.tool_project = worked.tool_project
), technique (technique, method) as (
    values ('pre-labeling', 'pre-annotated'), ('auto-labeling', 'automatic'), ('LLM labels', 'pre-annotated'),
        ('active learning', 'active_learning'), ('weak supervision', 'weak'), ('synthetic data', 'synthetic')
), candidate as (
    -- Only synthetic data makes synthetic labels, and it makes no label of a person.
    select
        placed.source, placed.tool_project, placed.item_key, placed.person, placed.label_key,
        automation.name, automation.technique, automation.applies,
        (
            -- Where the log names no method, an automation of every item goes before one of marked items.
            coalesce(placed.assisted_method <> technique.method, automation.applies <> 'every item'),
            scope.person = '', -epoch(scope.from_on), automation.name
        ) as distance
    from placed
    left join named_person as person on person.person = placed.person
    inner join automation_scope as scope
        on scope.project = placed.project_name
        and (scope.person = '' or scope.person in (placed.person, person.name, person.person_name))
        and coalesce(placed.day_on, placed.any_day_on) >= scope.from_on
        and (scope.to_on is null or coalesce(placed.day_on, placed.any_day_on) <= scope.to_on)
    inner join automation on automation.name = scope.automation
    inner join technique on technique.technique = automation.technique
    where (coalesce(placed.assisted_method, technique.method) = 'synthetic') = (technique.method = 'synthetic')
        and not (technique.method = 'synthetic' and placed.assisted_method is null and placed.is_persons)
), covered as (
    -- The automation in use for this project and person on that day: one of the technique that the log names
    -- first, then one for the person, then the newest.
    select
        source, tool_project, item_key, person, label_key,
        arg_min(name, distance) as automation,
        arg_min(technique, distance) as technique,
        arg_min(applies, distance) as applies
    from candidate
    group by 1, 2, 3, 4, 5
), registered as (
    select distinct project from automation_scope
), planned as (
    -- An item belongs to one plan of a project; if two hold it, the first applies.
    select
        plan.project, planned_item.item as item_key,
        arg_min(planned_item.holdout, plan.plan_id) as holdout,
        arg_min(plan.planned_on, plan.plan_id) as planned_on
    from holdout_item as planned_item
    inner join holdout_plan as plan on plan.plan_id = planned_item.plan_id
    group by 1, 2
), resolved_label as (
    select
        placed.* exclude (is_output) replace (
            coalesce(placed.holdout, planned.holdout) as holdout,
            coalesce(placed.eligible, case when planned.holdout is not null then true end) as eligible
        ),
        -- A machine's proposal for an item that a person then labeled is not a second label.
        is_output and (is_persons or not has_person) as is_output,
        covered.automation as covering,
        case
            when not is_annotated then 'unknown'
            when assisted_method is not null then assisted_method
            when is_manual then 'manual'
            when is_imported then 'imported'
            when is_marked then 'pre-annotated'
            when covered.applies = 'every item' then technique.method
            when registered.project is not null or unmarked = 'manual' then 'manual'
            else 'unknown'
        end as resolved
    from placed
    left join covered
        on covered.source = placed.source
        and covered.tool_project = placed.tool_project
        and covered.item_key = placed.item_key
        and covered.person is not distinct from placed.person
        and covered.label_key = placed.label_key
    left join technique on technique.technique = covered.technique
    left join registered on registered.project = placed.project_name
    left join planned
        on planned.project = placed.project_name
        and planned.item_key = placed.item_key
        and coalesce(placed.day_on, placed.any_day_on) >= planned.planned_on
)
select
    source, tool_project, project_name as project, dataset, item_key as item, person,
    coalesce(day_on, any_day_on) as day_on, finished_at, resolved as method,
    case when resolved not in ('manual', 'unknown', 'imported') then coalesce(automation, covering) end as automation,
    case
        when least_suggestion = most_suggestion then least_suggestion
        when is_edited then 'edited'
        else 'unknown'
    end as suggestion,
    case
        when not is_output and is_skipped then 'skipped'
        when not is_output and is_assigned then 'assigned'
        when not is_output then 'draft'
        when verdict = 'rejected' and finished_at > rejected_at then 'submitted'
        else coalesce(verdict, 'submitted')
    end as outcome,
    is_output as is_produced, coalesce(is_reviewed, false) as is_reviewed,
    cast(coalesce(rejections, 0) as integer) as rejections, cast(coalesce(open_reviews, 0) as integer) as open_reviews,
    cast(annotate_ms as bigint) as annotate_ms, cast(review_ms as bigint) as review_ms, cast(rework_ms as bigint) as rework_ms,
    coalesce(time_kind, 'none') as time_kind, idle_rule, cast(objects as bigint) as objects, label_kind, difficulty,
    agreement, gold_score, label_key, model, cast(tokens as bigint) as tokens, cost, currency, holdout, eligible, events,
    answer, edit.share as edit_share, edit.basis as edit_basis, media_milliseconds
from resolved_label
