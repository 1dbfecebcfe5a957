-- title: Labels, one row an item and person
-- note: Method and automation come from the log where it says so, else from the register, else they are unknown.
-- parameters: touched

with event as (
    select
        event.*,
        coalesce(event.project, '') as tool_project,
        coalesce(event.item, 'line ' || event.import_id || '/' || event.line) as item_key,
        event.stage = 'annotate' as is_annotating
    from labeling_event as event
    where $touched is null or list_contains($touched, event.source || '/' || coalesce(event.project, ''))
), overlapping as (
    -- Two units of one page or queue share their minutes: stretches are split evenly among the units open in them.
    select
        import_id, source_key, occurrence, person, started_at, finished_at,
        max(finished_at) over earlier > started_at as meets_earlier,
        min(started_at) over later < finished_at as meets_later
    from event
    where time_kind = 'start-end' and person is not null and finished_at > started_at
    window
        earlier as (
            partition by import_id, person order by started_at, finished_at
            rows between unbounded preceding and 1 preceding
        ),
        later as (
            partition by import_id, person order by started_at, finished_at
            rows between 1 following and unbounded following
        )
), shared as (
    select import_id, source_key, occurrence, person, started_at, finished_at
    from overlapping
    where meets_earlier or meets_later
), edge as (
    select import_id, person, started_at as moment from shared
    union
    select import_id, person, finished_at as moment from shared
), stretch as (
    select import_id, person, moment as begins_at, lead(moment) over (partition by import_id, person order by moment) as ends_at
    from edge
), crowded as (
    select
        shared.import_id, shared.source_key, shared.occurrence,
        epoch_us(stretch.ends_at) - epoch_us(stretch.begins_at) as microseconds,
        count(*) over (partition by shared.import_id, shared.person, stretch.begins_at) as open_units
    from shared
    inner join stretch
        on stretch.import_id = shared.import_id
        and stretch.person = shared.person
        and stretch.begins_at >= shared.started_at
        and stretch.ends_at <= shared.finished_at
), fair as (
    select import_id, source_key, occurrence, cast(round(sum(microseconds / open_units) / 1000.0) as bigint) as milliseconds
    from crowded
    group by 1, 2, 3
), timed as (
    select event.* replace (coalesce(fair.milliseconds, event.milliseconds) as milliseconds)
    from event
    left join fair using (import_id, source_key, occurrence)
), item as (
    select
        source, tool_project, item_key,
        count(distinct person) filter (where is_annotating and person is not null) as annotators,
        coalesce(bool_or(person is null and method not in ('manual', 'unknown', 'imported')), false) as is_marked,
        count(*) filter (where not is_annotating and outcome = 'rejected') as rejections,
        bool_or(not is_annotating and outcome in ('accepted', 'rejected', 'fixed')) as is_reviewed,
        arg_max(outcome, coalesce(finished_at, started_at))
            filter (where not is_annotating and outcome in ('accepted', 'rejected', 'fixed', 'submitted')) as verdict,
        max(coalesce(finished_at, started_at)) filter (where outcome = 'rejected') as rejected_at,
        sum(milliseconds) filter (where stage in ('review', 'adjudicate')) as review_ms,
        sum(milliseconds) filter (where stage = 'rework') as rework_ms,
        arg_max(dataset, finished_at) as dataset,
        max(gold_score) as gold_score,
        max(agreement) as agreement,
        max(difficulty) as difficulty,
        bool_or(holdout) as holdout,
        bool_or(eligible) as eligible
    from timed
    group by 1, 2, 3
), worked as (
    -- Items that only a machine, or only a reviewer, touched keep a row without an annotator.
    select
        timed.source, timed.tool_project, timed.item_key,
        case when timed.is_annotating and item.annotators > 0 then timed.person end as person,
        max(timed.day_on) filter (where is_annotating) as day_on,
        max(timed.finished_at) filter (where is_annotating) as finished_at,
        max(timed.day_on) as any_day_on,
        list_sort(list(distinct timed.method) filter (
            where is_annotating and timed.method not in ('unknown', 'imported')
        )) as methods,
        list_sort(list(distinct timed.suggestion) filter (where timed.suggestion <> 'unknown')) as suggestions,
        arg_max(timed.automation, timed.finished_at) as automation,
        coalesce(bool_or(is_annotating and timed.outcome in ('submitted', 'accepted', 'fixed')), false) as is_output,
        bool_or(is_annotating and timed.outcome in ('skipped', 'cancelled')) as is_skipped,
        coalesce(bool_or(is_annotating), false) as is_annotated,
        sum(timed.milliseconds) filter (where is_annotating) as annotate_ms,
        arg_max(timed.time_kind, timed.finished_at) filter (where timed.milliseconds is not null) as time_kind,
        arg_max(timed.idle_rule, timed.finished_at) filter (where timed.idle_rule is not null) as idle_rule,
        sum(case when timed.outcome = 'deleted' then -timed.objects else timed.objects end)
            filter (where is_annotating) as objects,
        arg_max(timed.label_kind, timed.finished_at) filter (where timed.label_kind is not null) as label_kind,
        arg_max(timed.model, timed.finished_at) as model,
        sum(timed.tokens) as tokens,
        sum(timed.cost) as cost,
        max(timed.currency) as currency,
        count(*) filter (where is_annotating) as annotate_events,
        count(*) as events
    from timed
    inner join item using (source, tool_project, item_key)
    group by 1, 2, 3, 4
), placed as (
    -- The item's labels in order: the first takes what is left over when review time does not divide evenly.
    select
        worked.*, item.* exclude (source, tool_project, item_key, annotators),
        coalesce(map.project, nullif(worked.tool_project, ''), '(no project)') as project_name,
        coalesce(map.unmarked, 'unknown') as unmarked,
        worked.person is not null as is_persons,
        row_number() over of_item as place,
        count(*) over (partition by worked.source, worked.tool_project, worked.item_key, worked.person is null) as labels,
        bool_or(worked.person is not null) over (
            partition by worked.source, worked.tool_project, worked.item_key
        ) as has_person
    from worked
    inner join item using (source, tool_project, item_key)
    left join labeling_project as map
        on map.source = worked.source and map.tool_project = worked.tool_project
    window of_item as (
        partition by worked.source, worked.tool_project, worked.item_key
        order by worked.person is null, worked.finished_at, worked.person
    )
), covered as (
    -- The automation that was on for this project and person on that day; a scope for the person goes first.
    select
        placed.source, placed.tool_project, placed.item_key, placed.place,
        arg_min(automation.name, (scope.person = '', -epoch(scope.from_on), automation.name)) as automation,
        arg_min(automation.technique, (scope.person = '', -epoch(scope.from_on), automation.name)) as technique,
        arg_min(automation.applies, (scope.person = '', -epoch(scope.from_on), automation.name)) as applies
    from placed
    left join alias on alias.alias = placed.person
    left join person on person.person_id = alias.person_id
    inner join automation_scope as scope
        on scope.project = placed.project_name
        and (scope.person = '' or scope.person in (placed.person, person.name))
        and coalesce(placed.day_on, placed.any_day_on) >= scope.from_on
        and (scope.to_on is null or coalesce(placed.day_on, placed.any_day_on) <= scope.to_on)
    inner join automation on automation.name = scope.automation
    group by 1, 2, 3, 4
), registered as (
    select distinct project from automation_scope
), technique (technique, method) as (
    values ('pre-labeling', 'pre-annotated'), ('auto-labeling', 'automatic'), ('LLM labels', 'pre-annotated'),
        ('active learning', 'active_learning'), ('weak supervision', 'weak'), ('synthetic data', 'synthetic')
), told as (
    select
        placed.* exclude (is_output),
        -- What a machine proposed for an item that a person then labeled is no second label.
        is_output and (is_persons or not has_person) as is_output,
        covered.automation as covering,
        case
            when not is_annotated then 'unknown'
            when len(methods) > 1 then coalesce(list_filter(methods, lambda said: said <> 'manual')[1], 'unknown')
            when len(methods) = 1 then methods[1]
            when is_marked then 'pre-annotated'
            when covered.applies = 'every item' then technique.method
            when registered.project is not null or unmarked = 'manual' then 'manual'
            else 'unknown'
        end as resolved
    from placed
    left join covered using (source, tool_project, item_key, place)
    left join technique on technique.technique = covered.technique
    left join registered on registered.project = placed.project_name
)
select
    source, tool_project, project_name as project, dataset, item_key as item, person,
    coalesce(day_on, any_day_on) as day_on, finished_at, resolved as method,
    case when resolved not in ('manual', 'unknown', 'imported') then coalesce(automation, covering) end as automation,
    case when len(suggestions) = 1 then suggestions[1] when list_contains(suggestions, 'edited') then 'edited' else 'unknown' end
        as suggestion,
    case
        when not is_output and is_skipped then 'skipped'
        when not is_output then 'draft'
        when verdict = 'rejected' and finished_at > rejected_at then 'submitted'
        else coalesce(verdict, 'submitted')
    end as outcome,
    is_output as is_produced, coalesce(is_reviewed, false) as is_reviewed, cast(rejections as integer) as rejections,
    cast(annotate_ms as bigint) as annotate_ms,
    cast(case
        when is_persons or not has_person then review_ms // labels + case when place = 1 then review_ms % labels else 0 end
    end as bigint) as review_ms,
    cast(case
        when is_persons or not has_person then rework_ms // labels + case when place = 1 then rework_ms % labels else 0 end
    end as bigint) as rework_ms,
    coalesce(time_kind, 'none') as time_kind, idle_rule, cast(objects as bigint) as objects, label_kind, difficulty,
    agreement, gold_score, model, cast(tokens as bigint) as tokens, cost, currency, holdout, eligible, events
from told
order by source, tool_project, item, place
