-- title: Hours by person
-- unit: hours
-- note: One row per person, or per name that is not matched to a person yet. The labeling share is labeling / (labeling + modeling). It is empty if there is neither, or if the hours that are not sorted yet could move it by more than 5 points; then its range is the answer.
-- parameters: from_on, to_on, projects, teams, people, roles, categories

select
    member as person, seconds, hours, entries, share, labeling_seconds, modeling_seconds,
    hours(labeling_seconds + modeling_seconds) as labeling_and_modeling_hours, labeling_share,
    labeling_share_low, labeling_share_high, open_hours
from hours_by_member('person', $from_on, $to_on, $projects, $teams, $people, $roles, $categories)
order by seconds desc, person
