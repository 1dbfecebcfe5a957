-- title: Labels that no estimate of savings can use
-- unit: labels
-- note: Counted by reason, within the period; each label counts under one reason only.
-- parameters: from_on, to_on, projects, teams, people, roles

select
    case
        when person is null and method in ('manual', 'unknown', 'imported') then 'made by nobody known, in an unknown way'
        when person is null then 'made by a machine, without a person''s time'
        when method in ('unknown', 'imported') then 'made in an unknown way'
        when method = 'active_learning' then 'chosen by active learning, which saves labels and no seconds of one'
        when day_on is null then 'made on an unknown day'
        when annotate_ms is null then 'made in an unknown time'
    end as reason,
    cast(count(*) as bigint) as labels,
    cast(coalesce(sum(review_ms), 0) + coalesce(sum(rework_ms), 0) as bigint) as checking_ms
from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
where is_produced
    and (person is null or method in ('imported', 'unknown', 'active_learning') or day_on is null or annotate_ms is null)
group by 1
order by labels desc, reason
