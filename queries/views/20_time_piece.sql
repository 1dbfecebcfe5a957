-- title: Time entries cut at local midnight
-- note: One row per entry and local day; the seconds of the pieces add up to the entry. Entries without a clock time are not cut.
-- note: `time_piece` is what counts: without the seconds that the rule for overlapping entries takes away.

create or replace macro seconds_to_midnight(started_local) as
    case when started_local is null then 2678400 else
        86400 - cast(extract(hour from started_local) * 3600 + extract(minute from started_local) * 60
            + floor(extract(second from started_local)) as bigint)
    end;

create or replace view whole_piece as
with measured as (
    select
        import_id, source, source_key, occurrence, activity_key, person, client, project, category, day_on, seconds,
        seconds_to_midnight(started_local) as seconds_left
    from time_entry
), uncut as (
    select import_id, source, source_key, occurrence, activity_key, person, client, project, category, day_on, seconds, 1 as begun
    from measured
    where seconds <= seconds_left
), crossing as (
    select measured.*, day_offset.days
    from measured
    cross join (select cast(unnest(range(0, 33)) as integer) as days) as day_offset
    where measured.seconds > measured.seconds_left
        and (day_offset.days = 0 or measured.seconds - measured.seconds_left > 86400 * (cast(day_offset.days as bigint) - 1))
), pieces as (
    select
        import_id, source, source_key, occurrence, activity_key, person, client, project, category,
        cast(day_on + days as date) as day_on,
        case when days = 0 then seconds_left
            else least(86400, seconds - seconds_left - 86400 * (cast(days as bigint) - 1)) end as seconds,
        case when days = 0 then 1 else 0 end as begun
    from crossing
)
select import_id, source, source_key, occurrence, activity_key, person, client, project, category, day_on, seconds, begun
from uncut
union all
select import_id, source, source_key, occurrence, activity_key, person, client, project, category, day_on, seconds, begun
from pieces;

create or replace view time_piece as
select
    piece.import_id, piece.source, piece.source_key, piece.occurrence, piece.activity_key, piece.person, piece.client,
    piece.project, piece.category, piece.day_on, piece.seconds - coalesce(cut.seconds, 0) as seconds,
    coalesce(cut.seconds, 0) as overlap_seconds, piece.begun
from whole_piece as piece
left join overlap_cut as cut using (import_id, source, source_key, occurrence, day_on);
