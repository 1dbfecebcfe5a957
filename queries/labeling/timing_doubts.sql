-- title: Times that mean less than they seem
-- unit: labels
-- note: One row per person, project and doubt. One value on 80% or more of 20 or more labels is a constant, not a measurement. Zero seconds are batches that were saved at once, or times that the tool does not know. A doubt is about the log, not about the person.
-- parameters: from_on, to_on, projects, teams, people, roles

with worked as (
    select source, project, person_name, annotate_ms, basis, is_zero_time
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where not is_machine
), frequent as (
    select source, project, person_name, mode(annotate_ms) as usual_ms, count(*) as labels
    from worked
    group by 1, 2, 3
), doubt as (
    select worked.source, worked.project, worked.person_name, 'one value on most labels' as doubt, frequent.labels,
        count(*) as affected, any_value(frequent.usual_ms) / 1000.0 as value_seconds
    from worked
    inner join frequent using (source, project, person_name)
    where worked.basis = 'not informative' and worked.annotate_ms = frequent.usual_ms
    group by all
    union all
    select worked.source, worked.project, worked.person_name, 'zero seconds: saved as a batch', frequent.labels, count(*), 0.0
    from worked
    inner join frequent using (source, project, person_name)
    where worked.is_zero_time
    group by all
    union all
    select worked.source, worked.project, worked.person_name, 'time not known', frequent.labels, count(*), null
    from worked
    inner join frequent using (source, project, person_name)
    where worked.annotate_ms is null and not worked.is_zero_time
    group by all
    union all
    select worked.source, worked.project, worked.person_name, 'derived from gaps, an estimate', frequent.labels, count(*), null
    from worked
    inner join frequent using (source, project, person_name)
    where worked.basis = 'gap-derived'
    group by all
    union all
    select worked.source, worked.project, worked.person_name, 'not told by label', frequent.labels, count(*), null
    from worked
    inner join frequent using (source, project, person_name)
    where worked.basis = 'not by label'
    group by all
    union all
    select worked.source, worked.project, worked.person_name, 'over one hour: perhaps an idle tab', frequent.labels, count(*), null
    from worked
    inner join frequent using (source, project, person_name)
    where worked.annotate_ms > 3600000 and worked.basis <> 'not by label'
    group by all
)
select doubt, project, source, person_name as person, labels, affected, affected / labels as share, value_seconds
from doubt
order by affected desc, project, doubt, person
