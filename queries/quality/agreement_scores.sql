-- title: Agreement scores that the tools report
-- unit: score
-- note: One row per item with a score. An item counts as assisted as soon as one of its labels began from a suggestion.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    source, tool_project, project, item,
    max(agreement) as agreement,
    count(distinct person) as people,
    bool_or(method not in ('manual', 'unknown', 'imported')) as is_assisted,
    bool_and(method = 'manual') as is_manual
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
where agreement is not null and is_produced
group by 1, 2, 3, 4
order by 1, 2, 3, 4
