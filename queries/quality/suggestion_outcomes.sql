-- title: What became of suggestions
-- unit: labels
-- note: Labels that people made from a suggestion. Shares are of the suggestions whose outcome the log records; the others count as unknown. Keeping a suggestion is no evidence that it is right.
-- parameters: from_on, to_on, projects, teams, people, roles

with assisted as (
    select
        named_automation(automation) as automation, cast(date_trunc('month', day_on) as date) as month_on,
        suggestion
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and day_on is not null
        and method not in ('manual', 'unknown', 'imported')
), counted as (
    select
        automation, month_on,
        count(*) as labels,
        count(*) filter (where suggestion = 'unchanged') as unchanged,
        count(*) filter (where suggestion = 'edited') as edited,
        count(*) filter (where suggestion = 'rejected') as rejected,
        count(*) filter (where suggestion in ('unknown', 'none')) as unknown
    from assisted
    group by 1, 2
)
select
    automation, month_on, labels, unchanged, edited, rejected, unknown,
    unchanged + edited + rejected as known,
    unchanged / nullif(unchanged + edited + rejected, 0) as unchanged_share,
    edited / nullif(unchanged + edited + rejected, 0) as edited_share,
    rejected / nullif(unchanged + edited + rejected, 0) as rejected_share
from counted
order by automation, month_on
