-- title: Which automation made labels in which project
-- unit: labels
-- note: One row per project and automation with labels that began from a suggestion or came from a machine.
-- parameters: from_on, to_on, projects

select
    project, named_automation(automation) as automation, count(*) as labels, max(day_on) as newest_on
from filtered_labels(
    $from_on, $to_on, $projects, cast([] as varchar[]), cast([] as varchar[]), cast([] as varchar[])
)
where is_produced and method not in ('manual', 'unknown', 'imported')
group by 1, 2
order by 1, 2
