-- title: Hours by project
-- unit: hours
-- note: Entries without a project are in one row. The labeling share is labeling / (labeling + modeling), and empty if there is neither.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    member as project, seconds, hours, entries, people, share, labeling_seconds, modeling_seconds, labeling_share
from hours_by_member('project', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by seconds desc, project
