-- title: Labels within the filters
-- note: One row per label, with the person's name, team and role as they stand now; categories do not apply.
-- note: No work takes 0 seconds: tools write them where they know no time, or saved a batch at once. Such a time is not known; is_zero_time marks the label. The time of a machine is no person's, and left out.

-- Work of nobody known is a machine's, unless it was done by hand or nobody knows how.
create or replace macro is_by_machine(person, method) as person is null and method not in ('manual', 'unknown', 'imported');

create or replace macro filtered_labels(from_on, to_on, projects, teams, people, roles) as table
with named as (
    select
        label.*,
        coalesce(person.person_name, label.person, '(no person)') as person_name,
        coalesce(person.team, '(no team)') as team,
        coalesce(person.role, 'unknown') as role
    from label
    left join named_person as person on person.person = label.person
)
select
    source, tool_project, project, dataset, item, person, person_name, team, role, day_on, finished_at, method,
    automation, suggestion, outcome, is_produced, is_reviewed, rejections,
    if(is_by_machine(person, method), null, nullif(annotate_ms, 0)) as annotate_ms, nullif(review_ms, 0) as review_ms,
    nullif(rework_ms, 0) as rework_ms, coalesce(annotate_ms = 0 and not is_by_machine(person, method), false) as is_zero_time,
    time_kind, idle_rule, objects, label_kind, difficulty, agreement, gold_score, model, tokens, cost, currency,
    holdout, eligible, events, answer, edit_share, edit_basis, media_milliseconds, label_key, open_reviews,
    hash(source, tool_project, item, if(item is null, hash(person, finished_at, label_key), 0)) as item_draw
from named
where is_in_period(day_on, from_on, to_on)
    and (len(projects) = 0 or list_contains(projects, project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role));
