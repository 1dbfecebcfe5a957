-- title: Projects and teams that filters offer
-- unit: names
-- note: One row per project and team: of tracked time, or of labels and labeling events. Days after today are not counted.
-- parameters: none

with mentioned as (
    select distinct true as is_tracked, coalesce(project, '(no project)') as project, person
    from time_day
    where scheme = 'activity' and is_in_period(day_on, null, null)
    union all
    select distinct false as is_tracked, project, person from label where is_in_period(day_on, null, null)
    union all
    select distinct false as is_tracked, project, person from rolled_work where is_in_period(day_on, null, null)
)
select distinct mentioned.is_tracked, mentioned.project, coalesce(named.team, '(no team)') as team
from mentioned
left join named_person as named on named.person = mentioned.person
order by 1, 2, 3
