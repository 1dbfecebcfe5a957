-- title: Labels that projects, kinds and annotators are compared by
-- unit: seconds
-- note: One row per finished label by a person, with the annotator's measured time; time derived from gaps between events is null. Every label up to the last day of the period, because experience counts the earlier ones. Of a very large store one in `one_in` items is read, and all of `whole_projects`.
-- parameters: to_on, projects, teams, people, roles, one_in, whole_projects

select
    person_name as annotator,
    coalesce(project, '(no project)') as project,
    coalesce(label_kind, '(kind not said)') as kind,
    method,
    ln(1 + objects) as objects,
    difficulty,
    case when time_kind is distinct from 'gap-derived' then annotate_ms / 1000.0 end as seconds,
    day_on,
    finished_at,
    hash(source, tool_project, item) as item
from filtered_labels(null, $to_on, $projects, $teams, $people, $roles) as filtered
where is_produced and person is not null and day_on is not null
    and (item_draw % cast($one_in as ubigint) = 0 or list_contains($whole_projects, project))
order by person_name, day_on, finished_at nulls last, source, tool_project, filtered.item, method
