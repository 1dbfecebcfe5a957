-- title: Cost of an hour of labeling, by project
-- unit: money per hour, one row per currency
-- note: The rates of the people who labeled, weighted by their time in the last twelve weeks; time of people without a rate has no price.
-- parameters: to_on, projects, teams, people, roles, today

with worked as (
    select
        project, person_name, role, day_on,
        sum(annotate_ms + coalesce(review_ms, 0) + coalesce(rework_ms, 0)) as milliseconds
    from filtered_labels(
        cast(least($today, coalesce($to_on, $today)) - 84 as date), $to_on, $projects, $teams, $people, $roles
    )
    where is_produced and person is not null and annotate_ms is not null and day_on <= $today
    group by 1, 2, 3, 4
), priced as (
    select project, milliseconds, hourly_rate(person_name, role, day_on) as rate from worked
)
select
    project, rate.currency as currency, sum(milliseconds) / 1000.0 as seconds,
    sum(milliseconds * rate.hourly order by milliseconds * rate.hourly) / nullif(sum(milliseconds), 0) as hourly
from priced
group by 1, 2
order by project, seconds desc, currency
