-- title: Hours by team
-- unit: hours
-- note: A person's time counts for the team they belong to today. The labeling share is labeling / (labeling + modeling), and empty if there is neither.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    member as team, seconds, hours, entries, people, share, labeling_seconds, modeling_seconds, labeling_share
from hours_by_member('team', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by seconds desc, team
