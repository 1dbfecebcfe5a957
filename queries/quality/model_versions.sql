-- title: Suggestions by version of the model
-- unit: labels
-- note: Labels that people made from a suggestion, by the version of the model that the export names. Shares of outcomes are of the suggestions whose outcome is known, the share edited is the mean over labels of which the export holds both answers, and accepted is what reviewers accepted, fixed labels included. A version is a small sample where one of its shares is of fewer than 20 labels. Versions that saw other items, people or weeks are not compared like with like. What a version costs is in label_cost_llm, how its answers agree with people's in replacement_test.
-- parameters: from_on, to_on, projects, teams, people, roles

with assisted as (
    select
        project, coalesce(model, '(not named)') as model, suggestion, edit_share, day_on, outcome,
        is_reviewed and project in (select project from accepting_project) as is_reviewed,
        suggestion in ('unchanged', 'edited', 'rejected') as is_known
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and person is not null and method not in ('manual', 'unknown', 'imported')
)
select
    project, model, min(day_on) as first_day, max(day_on) as last_day, count(*) as labels,
    count(*) filter (where is_known) as known,
    count(*) filter (where suggestion = 'unchanged') as unchanged,
    count(*) filter (where suggestion = 'edited') as edited,
    count(*) filter (where suggestion = 'rejected') as rejected,
    count(*) filter (where suggestion = 'unchanged') / nullif(count(*) filter (where is_known), 0) as unchanged_share,
    count(edit_share) as compared,
    avg(edit_share order by edit_share) as mean_edit_share,
    count(*) filter (where is_reviewed) as reviewed,
    count(*) filter (where is_reviewed and outcome in ('accepted', 'fixed')) as accepted,
    count(*) filter (where is_reviewed and outcome in ('accepted', 'fixed'))
        / nullif(count(*) filter (where is_reviewed), 0) as accepted_share,
    count(*) < 20
        or coalesce(least(nullif(known, 0), nullif(compared, 0), nullif(reviewed, 0)) < 20, false) as is_small
from assisted
group by project, model
order by project, first_day nulls last, model
