-- title: Time of labels that one person had open at the same time, and of labels of which only the completion is known
-- note: Where both clocks are known, overlapping labels of one person in one project take no longer than the time that they cover together. Open time of one page or queue: each stretch is split evenly among the labels open in it. Times that the tool reported: split in proportion to them, and only where they add up to more.
-- note: Of a label that is only stamped when finished, the time is the gap to what the person finished before it in the project. A gap of more than 5 minutes is a break: that label, like the first one, has no time. What was finished in one moment shares its gap evenly.
-- parameters: touched, part, parts

with event as (
    select
        import_id, source, coalesce(project, '') as tool_project, source_key, occurrence, person, started_at, finished_at,
        milliseconds, time_kind
    from labeling_event
    where ($touched is null or list_contains($touched, source || '/' || coalesce(project, '')))
        and time_kind in ('start-end', 'reported') and finished_at > started_at and person is not null
        and milliseconds is not null
        and hash(source, coalesce(project, ''), person) % $parts = $part
), preceded as (
    select *, max(finished_at) over earlier as busy_until
    from event
    window earlier as (
        partition by source, tool_project, person order by started_at, finished_at, source_key, occurrence
        rows between unbounded preceding and 1 preceding
    )
), grouped as (
    -- A cluster begins where nothing is open any more.
    select *, count(*) filter (where busy_until is null or busy_until <= started_at) over in_order as cluster
    from preceded
    window in_order as (
        partition by source, tool_project, person order by started_at, finished_at, source_key, occurrence
        rows between unbounded preceding and current row
    )
), shared as (
    select
        *,
        sum(milliseconds) over one as summed_ms,
        (epoch_us(max(finished_at) over one) - epoch_us(min(started_at) over one)) / 1000.0 as covered_ms,
        bool_and(time_kind = 'start-end') over one as is_open_time
    from grouped
    window one as (partition by source, tool_project, person, cluster)
    qualify count(*) over one > 1
), paged as (
    select * from shared where is_open_time
), edge as (
    select source, tool_project, person, cluster, started_at as moment from paged
    union
    select source, tool_project, person, cluster, finished_at as moment from paged
), stretch as (
    select
        source, tool_project, person, cluster, moment as begins_at,
        lead(moment) over (partition by source, tool_project, person, cluster order by moment) as ends_at
    from edge
), stamped as (
    select
        import_id, source, coalesce(project, '') as tool_project, source_key, occurrence, person, finished_at
    from labeling_event
    where ($touched is null or list_contains($touched, source || '/' || coalesce(project, '')))
        and time_kind = 'gap-derived' and milliseconds is null and person is not null and finished_at is not null
        and hash(source, coalesce(project, ''), person) % $parts = $part
), moment as (
    select
        source, tool_project, person, finished_at, count(*) as labels,
        epoch_ms(finished_at) - epoch_ms(
            lag(finished_at) over (partition by source, tool_project, person order by finished_at)
        ) as gap_ms
    from stamped
    group by source, tool_project, person, finished_at
), crowded as (
    select
        paged.import_id, paged.source, paged.tool_project, paged.source_key, paged.occurrence,
        epoch_us(stretch.ends_at) - epoch_us(stretch.begins_at) as microseconds,
        count(*) over (
            partition by paged.source, paged.tool_project, paged.person, paged.cluster, stretch.begins_at
        ) as open_units
    from paged
    inner join stretch
        on stretch.source = paged.source and stretch.tool_project = paged.tool_project
        and stretch.person = paged.person and stretch.cluster = paged.cluster
        and stretch.begins_at >= paged.started_at
        and stretch.ends_at <= paged.finished_at
)
select
    import_id, source, tool_project, source_key, occurrence,
    cast(round(sum(microseconds / open_units) / 1000.0) as bigint) as milliseconds
from crowded
group by 1, 2, 3, 4, 5
union all
select
    import_id, source, tool_project, source_key, occurrence,
    cast(round(milliseconds * covered_ms / summed_ms) as bigint) as milliseconds
from shared
where not is_open_time and summed_ms > covered_ms
union all
select
    stamped.import_id, stamped.source, stamped.tool_project, stamped.source_key, stamped.occurrence,
    cast(round(moment.gap_ms / moment.labels) as bigint) as milliseconds
from stamped
inner join moment using (source, tool_project, person, finished_at)
where moment.gap_ms <= 300000
