-- title: Labeling minutes per minute of audio or video
-- unit: minutes per minute
-- note: Finished labels by people on items whose length is known; other labels of these projects and methods are counted. Minutes are those of labels with a measured time. Two people who label one recording took it twice, so that its length counts twice. Projects without any known length are left out.
-- parameters: from_on, to_on, projects, teams, people, roles

with finished as (
    select
        project, method, annotate_ms, media_milliseconds,
        basis = 'measured' and media_milliseconds > 0 as is_timed
    from timed_labels($from_on, $to_on, $projects, $teams, $people, $roles)
    where is_produced and not is_machine
)
select
    project, method, count(*) as labels, count(media_milliseconds) as labels_with_length,
    count(media_milliseconds) / count(*) as share_with_length,
    count(*) filter (where is_timed) as timed_labels,
    sum(media_milliseconds) filter (where is_timed) / 60000.0 as media_minutes,
    sum(annotate_ms) filter (where is_timed) / 60000.0 as labeling_minutes,
    sum(annotate_ms) filter (where is_timed) / sum(media_milliseconds) filter (where is_timed) as minutes_per_minute,
    median(annotate_ms / media_milliseconds) filter (where is_timed) as median_minutes_per_minute,
    count(*) filter (where is_timed) < 20 as is_small
from finished
group by project, method
having bool_or(media_milliseconds is not null)
order by media_minutes desc nulls last, project, method
