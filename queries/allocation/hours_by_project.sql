-- title: Hours by project
-- unit: hours
-- note: Entries without a project are in one row. The labeling share is labeling / (labeling + modeling). It is empty if there is neither, or if the hours that are not sorted yet could move it by more than 5 points; then its range is the answer.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    member as project, seconds, hours, entries, people, share, labeling_seconds, modeling_seconds, labeling_share,
    labeling_share_low, labeling_share_high, open_hours
from hours_by_member('project', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by seconds desc, project
