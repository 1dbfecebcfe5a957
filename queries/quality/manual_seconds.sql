-- title: Seconds of labels by hand, for each automation of the same projects
-- unit: seconds
-- note: One row per automation and label made by hand in a project where the automation is used.
-- parameters: from_on, to_on, projects, teams, people, roles

with produced as (
    select project, method, named_automation(automation) as automation, person, annotate_ms
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced
), used as (
    select distinct project, automation from produced where method not in ('manual', 'unknown', 'imported')
)
select used.automation, produced.annotate_ms / 1000.0 as seconds
from produced
inner join used using (project)
where produced.method = 'manual' and produced.person is not null and produced.annotate_ms is not null
order by used.automation, seconds
