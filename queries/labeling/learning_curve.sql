-- title: Seconds per item against experience
-- unit: seconds
-- note: A person's labels in the order they were finished, counted from that person's first label in the whole log, in bins. Only measured times. Not adjusted for the kind of label or the assistance: a falling curve can also mean easier items or better suggestions.
-- parameters: from_on, to_on, projects, teams, people, roles, methods

with numbered as (
    select
        person_name, method, basis, seconds, annotate_ms, day_on,
        row_number() over (partition by person_name order by finished_at nulls last, source, tool_project, item) as number
    from timed_labels(null, null, $projects, $teams, $people, $roles)
    where is_produced and not is_machine
), bin (from_label, to_label) as (
    values (1, 20), (21, 50), (51, 100), (101, 200), (201, 500), (501, 1000), (1001, 2000), (2001, 5000),
        (5001, null)
), binned as (
    select numbered.person_name, numbered.seconds, numbered.annotate_ms, bin.from_label, bin.to_label
    from numbered
    inner join bin on numbered.number >= bin.from_label and (bin.to_label is null or numbered.number <= bin.to_label)
    where numbered.basis = 'measured'
        and is_in_period(numbered.day_on, $from_on, $to_on)
        and (len($methods) = 0 or list_contains($methods, numbered.method))
), summed as (
    select
        person_name as person, from_label, to_label, count(*) as labels, median(seconds) as median_seconds,
        avg(annotate_ms) / 1000.0 as mean_seconds, quantile_cont(seconds, 0.9) as p90_seconds
    from binned
    group by 1, 2, 3
)
select
    person, from_label, to_label, labels, median_seconds, mean_seconds, p90_seconds, labels < 20 as is_small
from summed
order by sum(labels) over (partition by person) desc, person, from_label
