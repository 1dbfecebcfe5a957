-- title: Time entries with their category and person
-- note: One row per entry; the file's own category overrides the rules. For drill-down, never for totals over time.
-- note: counted_seconds are what the rule for overlapping entries leaves of an entry.

create or replace view overlap_loss as
select import_id, source, source_key, occurrence, cast(sum(seconds) as bigint) as seconds
from overlap_cut
group by 1, 2, 3, 4;

create or replace view categorized_time as
select
    entry.import_id, entry.source, entry.source_key, entry.occurrence, entry.line, entry.activity_key, entry.person, entry.email, entry.client,
    entry.project, entry.task, entry.description, entry.tags, entry.started_at, entry.started_local, entry.day_on,
    entry.seconds, entry.seconds - coalesce(loss.seconds, 0) as counted_seconds, entry.billable, entry.zone,
    activity.scheme,
    coalesce(entry.category, activity.category, 'uncategorized') as category,
    case when entry.category is null then activity.rule_position end as rule_position,
    entry.category is not null as category_given,
    coalesce(person.person_name, entry.person, '(nobody named)') as person_name,
    person.team,
    coalesce(person.role, 'unknown') as role
from time_entry as entry
left join activity on activity.activity_key = entry.activity_key and activity.scheme = 'activity'
left join named_person as person on person.person = entry.person
left join overlap_loss as loss using (import_id, source, source_key, occurrence);
