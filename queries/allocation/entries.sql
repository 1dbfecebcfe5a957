-- title: Single entries
-- unit: hours
-- note: One row per entry and local day, newest first, with its file and line and the rule that decided its category. Overlap is what the rule for overlapping entries takes away from its hours.
-- parameters: from_on, to_on, projects, teams, people, roles, categories, tasks, limit

select
    import_id, line, day_on, started_local, person_name as person, team, client, project, task, description, tags, category,
    seconds, hours(seconds) as hours, hours(overlap_seconds) as overlap_hours, rule_position, category_given, source,
    count(*) over () as found
from filtered_entries($from_on, $to_on, $projects, $teams, $people, $roles, $categories)
where len($tasks) = 0 or list_contains($tasks, coalesce(task, '(no task)'))
order by day_on desc, started_local desc nulls last, import_id, line
limit $limit
