-- title: Reviewed labels and what the reviewers said
-- unit: labels
-- note: For labels that were produced and reviewed. Accepted includes labels that the reviewer fixed; first pass means accepted unchanged and never rejected. Counted overall, then by project, by method and by automation. Where a project records rejections only, its labels count as not reviewed.
-- note: Lists hold one count per annotator with reviewed labels; labels without an annotator count as one more.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with produced as (
    select
        project, method, is_reviewed and project in (select project from accepting_project) as is_reviewed, outcome,
        rejections, case when person is not null then person_name end as person,
        case
            when method in ('manual', 'unknown', 'imported') then '(none)'
            else named_automation(automation)
        end as automation
    from filtered_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and (len($methods) = 0 or list_contains($methods, method))
), cut as (
    select 1 as place, 'all labels' as cut, 'all' as name, * from produced
    union all
    select 2, 'project', project, * from produced
    union all
    select 3, 'method', method, * from produced
    union all
    select 4, 'automation', automation, * from produced
), counted as (
    select
        place, cut, name, person,
        count(*) as labels,
        count(*) filter (where is_reviewed) as reviewed,
        count(*) filter (where is_reviewed and outcome in ('accepted', 'fixed')) as accepted,
        count(*) filter (where is_reviewed and outcome = 'fixed') as fixed,
        count(*) filter (where is_reviewed and outcome = 'accepted' and rejections = 0) as first_pass,
        coalesce(sum(rejections), 0) as rejections
    from cut
    group by place, cut, name, person
)
select
    cut, name,
    cast(sum(labels) as bigint) as labels,
    cast(sum(reviewed) as bigint) as reviewed,
    cast(sum(accepted) as bigint) as accepted,
    cast(sum(fixed) as bigint) as fixed,
    cast(sum(first_pass) as bigint) as first_pass,
    cast(sum(rejections) as bigint) as rejections,
    count(person) filter (where reviewed > 0) as annotators,
    list(accepted order by person) filter (where reviewed > 0) as accepted_by_person,
    list(first_pass order by person) filter (where reviewed > 0) as first_pass_by_person,
    list(reviewed order by person) filter (where reviewed > 0) as reviewed_by_person
from counted
group by place, cut, name
order by place, name
