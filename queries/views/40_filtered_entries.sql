-- title: Single entries within the filters
-- note: One row per entry and local day, so that the seconds add up to the daily sums; for drill-down.

create or replace macro filtered_entries(from_on, to_on, projects, teams, people, roles, categories) as table
with joined as (
    select
        entry.import_id, entry.line, (entry.import_id, entry.source_key, entry.occurrence) as entry_key, entry.source,
        entry.client, entry.task, entry.description, entry.tags,
        entry.started_at, entry.started_local, entry.category, entry.rule_position, entry.category_given,
        entry.person_name, entry.role, piece.day_on, piece.seconds, piece.overlap_seconds, piece.begun,
        entry.seconds as entry_seconds,
        coalesce(entry.project, '(no project)') as project,
        coalesce(entry.team, '(no team)') as team
    from categorized_time as entry
    inner join time_piece as piece
        on piece.import_id = entry.import_id
        and piece.source_key = entry.source_key
        and piece.occurrence = entry.occurrence
)
select
    import_id, line, entry_key, source, client, project, task, description, tags, started_at, started_local, category,
    rule_position, category_given, person_name, team, role, day_on, seconds, overlap_seconds,
    begun, entry_seconds
from joined
where is_in_period(day_on, from_on, to_on)
    and (len(projects) = 0 or list_contains(projects, project))
    and (len(teams) = 0 or list_contains(teams, team))
    and (len(people) = 0 or list_contains(people, person_name))
    and (len(roles) = 0 or list_contains(roles, role))
    and (len(categories) = 0 or list_contains(categories, category));
