-- title: Accepted items per hour
-- unit: labels per hour
-- note: Labels that a review accepted or fixed, divided by the labeling, review and rework time of all reviewed labels and their share of the time on skipped and unfinished ones. Labels made by a machine are not counted, nor is time that is told by period and not by label. Submitted is not accepted: where nothing is reviewed, or only rejections are recorded, there is no figure. Where the log lacks review time, the rate is too high and marked so.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with label_set as (
    select
        project, is_produced, is_reviewed and project in (select project from accepting_project) as is_reviewed, outcome,
        basis, annotate_ms, review_ms, rework_ms, is_machine
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where (len($methods) = 0 or list_contains($methods, method))
), cut as (
    select 1 as place, '(all)' as project, label_set.* exclude (project) from label_set
    union all
    select 2, project, label_set.* exclude (project) from label_set
), summed as (
    select
        place, project,
        count(*) filter (where is_machine and is_produced) as made_by_machine,
        count(*) filter (where is_produced and not is_machine) as labels,
        count(*) filter (where is_produced and not is_machine and is_reviewed) as reviewed,
        count(*) filter (where is_produced and not is_machine and outcome = 'rejected') as rejected,
        count(*) filter (where is_produced and not is_machine and is_reviewed and basis = 'measured') as timed,
        count(*) filter (
            where is_produced and not is_machine and outcome in ('accepted', 'fixed') and basis = 'measured'
        ) as accepted,
        count(review_ms) filter (where is_produced and not is_machine and is_reviewed and basis = 'measured') as review_timed,
        sum(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0))
            filter (where is_produced and not is_machine and is_reviewed and basis = 'measured') as reviewed_ms,
        coalesce(sum(annotate_ms) filter (where not is_produced and not is_machine and basis = 'measured'), 0) as lost_ms
    from cut
    group by 1, 2
), charged as (
    select summed.*, reviewed_ms + lost_ms * (reviewed / nullif(labels, 0)) as effort_ms
    from summed
)
select
    project, labels, made_by_machine, reviewed, reviewed / nullif(labels, 0) as share_reviewed, timed, accepted,
    case when reviewed > 0 then hours_of_ms(effort_ms) end as hours,
    case when reviewed > 0 then accepted / nullif(hours_of_ms(effort_ms), 0) end as accepted_per_hour,
    case when timed > 0 then review_timed / timed end as share_with_review_time,
    case
        when labels = 0 then 'no labels of people'
        when reviewed = 0 and rejected > 0 then 'only rejections are recorded'
        when reviewed = 0 then 'nothing is reviewed'
        when timed = 0 then 'no measured time on reviewed labels'
        when review_timed = 0 then 'too high: review time is not in the log'
        when review_timed < timed then 'too high: review time is partly missing'
        else 'complete'
    end as reading,
    timed < 20 as is_small
from charged
order by place, labels desc, project
