-- title: What each rule takes away from overlapping entries
-- note: One row per rule, entry and local day that loses seconds. Entries overlap where one of a named person begins before an earlier one of the same person has ended; of two that begin at once, the shorter is first. Entries without a clock or person, or whose clock is of another day, cannot be judged. Whole seconds: what remains under a rule that shares adds up to the time that a person's entries cover together.

create or replace macro overlap_rule() as coalesce((select value from meta where key = 'overlap_rule'), 'both in full');

-- Whether an entry says who worked, and when on its day: only then overlaps can be seen.
create or replace macro is_judged(started_at, started_local, day_on, person_name) as
    started_at is not null and (started_local is null or cast(started_local as date) = day_on)
    and coalesce(person_name, '(nobody named)') <> '(nobody named)';

create or replace view overlap_taken as
with clocked as (
    select
        entry.import_id, entry.source, entry.source_key, entry.occurrence, entry.day_on, entry.seconds,
        seconds_to_midnight(entry.started_local) as seconds_left,
        coalesce(named.person_name, entry.person) as person_name,
        epoch_us(entry.started_at) as begins_us, epoch_us(entry.started_at) + entry.seconds * 1000000 as ends_us
    from time_entry as entry
    left join named_person as named on named.person = entry.person
    where is_judged(entry.started_at, entry.started_local, entry.day_on, entry.person) and entry.seconds > 0
), placed as (
    select
        *, row_number() over in_order as place, max(ends_us) over earlier as busy_until_us,
        lead(begins_us) over in_order as next_begins_us
    from clocked
    window
        in_order as (partition by person_name order by begins_us, ends_us, source, source_key, occurrence, import_id),
        earlier as (
            partition by person_name order by begins_us, ends_us, source, source_key, occurrence, import_id
            rows between unbounded preceding and 1 preceding
        )
), overlapping as (
    select
        *, greatest(busy_until_us - begins_us, 0) as busy_us, next_begins_us - begins_us as to_next_us,
        cast(unnest(range(0, 1 + greatest(0, (seconds - seconds_left + 86399) // 86400))) as integer) as days
    from placed
    where busy_until_us > begins_us or next_begins_us < ends_us
), piece as (
    select
        *, if(days = 0, 0, seconds_left + 86400 * (cast(days as bigint) - 1)) as from_second,
        least(seconds, seconds_left + 86400 * cast(days as bigint)) as to_second
    from overlapping
), boundary as (
    select person_name, moment, sum(step) as step
    from (
        select person_name, begins_us + from_second * 1000000 as moment, if(days = 0, 1, 0) as step from piece
        union all
        select person_name, begins_us + to_second * 1000000, if(to_second = seconds, -1, 0) from piece
    )
    group by 1, 2
), stretch as (
    select
        person_name, moment, sum(step) over in_order as open_entries,
        (lead(moment) over in_order - moment) / 1000000.0 as seconds
    from boundary
    window in_order as (partition by person_name order by moment)
), paced as (
    -- Seconds that one of the open entries has had by a moment, if each moment is shared evenly.
    select
        person_name, moment,
        coalesce(sum(seconds / nullif(open_entries, 0)) over (
            partition by person_name order by moment rows between unbounded preceding and 1 preceding
        ), 0) as shared_seconds
    from stretch
), shared as (
    select
        piece.*,
        -- Rounding the sums so far, and not each part, keeps their total.
        round(round(sum(finish.shared_seconds - begin_point.shared_seconds) over (
            partition by piece.person_name order by piece.place, piece.days rows unbounded preceding
        ), 3)) as shared_upto
    from piece
    inner join paced as begin_point
        on begin_point.person_name = piece.person_name
        and begin_point.moment = piece.begins_us + piece.from_second * 1000000
    inner join paced as finish
        on finish.person_name = piece.person_name and finish.moment = piece.begins_us + piece.to_second * 1000000
), counted as (
    select
        'shared evenly' as rule, import_id, source, source_key, occurrence, day_on, days, from_second, to_second,
        shared_upto - coalesce(lag(shared_upto) over (partition by person_name order by place, days), 0) as seconds
    from shared
    union all
    select
        'for the one that began first', import_id, source, source_key, occurrence, day_on, days, from_second, to_second,
        greatest(0, to_second - greatest(from_second, coalesce(busy_us, 0) / 1000000.0))
    from piece
    union all
    select
        'until the next begins', import_id, source, source_key, occurrence, day_on, days, from_second, to_second,
        greatest(0, least(to_second, coalesce(to_next_us / 1000000.0, to_second)) - from_second)
    from piece
)
select
    rule, import_id, source, source_key, occurrence, cast(day_on + days as date) as day_on,
    to_second - from_second - cast(round(seconds) as bigint) as seconds
from counted
where cast(round(seconds) as bigint) < to_second - from_second;
