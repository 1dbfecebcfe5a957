-- title: Work of an import that the store has under another name of the project or of the person
-- note: fact_table stands for the table of the kind, content_value for what a row says, varied_by for what has lengths of its own. The same tool, day, moment, content and length, of rows without an id; the first 2,000 new rows decide. entries: rows that are the same; compared: rows of one name on the days and people (or projects) that both have; new_rows: all new rows in the earlier import's time; lengths, odd, moments: how many differ, in all or off the quarter of an hour, has_long_days: most of these days would have more than 12 hours of the person. Left out where both call a person alike (an e-mail that is new joins them, or they are two people), where the file or that import has both names on those days, and where less than half is the same.

with own as (
    select source_key, rowid as row_id, person, told_name, email, project, day_on, coalesce(started_at, ended_value) as moment, content_value as content, varied_by as varied, length_value as length, native_id, line
    from fact_table
    where import_id = $import_id
), stored as (
    select
        entry.rowid as row_id, import_id, person, told_name, email, project, day_on, coalesce(started_at, ended_value) as moment, content_value as content, length_value as length,
        source_key in (select source_key from own) as is_known
    from fact_table as entry
    where source = $source and import_id <> $import_id and native_id is null
        and (day_on is null or day_on between (select min(day_on) from own) and (select max(day_on) from own))
), incoming as (
    select *
    from own
    where native_id is null
        and source_key not in (select source_key from fact_table where source = $source and import_id <> $import_id)
    order by day_on, line
    limit 2000
), pair as (
    select
        stored.import_id, stored.row_id as stored_row, incoming.row_id, incoming.day_on, incoming.moment, incoming.length, incoming.varied,
        if(stored.person is not distinct from incoming.person, 'project', 'person') as role,
        if(role = 'project', stored.project, stored.person) as before,
        if(role = 'project', incoming.project, incoming.person) as after,
        if(role = 'project', stored.project, stored.told_name) as before_name,
        if(role = 'project', incoming.project, incoming.told_name) as after_name,
        role = 'person' and stored.email <> incoming.email as has_two_addresses
    from incoming
    inner join stored
        on not stored.is_known and stored.day_on is not distinct from incoming.day_on and stored.content = incoming.content
        and stored.length is not distinct from incoming.length and stored.moment is not distinct from incoming.moment
        and (stored.person is not distinct from incoming.person) <> (stored.project is not distinct from incoming.project)
        and (stored.person is not distinct from incoming.person or stored.told_name is distinct from incoming.told_name)
), renamed as (
    select
        import_id, role, before, after, min(before_name) as before_name, min(after_name) as after_name,
        coalesce(bool_or(has_two_addresses), false) as has_two_addresses,
        least(count(distinct row_id), count(distinct stored_row)) as entries,
        count(distinct (varied, length)) filter (length is not null) - count(distinct varied) filter (length is not null) + 1 as lengths,
        count(distinct length) filter (length % $quarter_hour <> 0) as odd,
        count(distinct moment) as moments
    from pair
    group by import_id, role, before, after
    order by entries desc, import_id, role, before, after
    limit 50
), named as (
    select 'project' as role, project as name, person as other, day_on, null as import_id, row_id in (select row_id from incoming) as is_new, length from own
    union all
    select 'person', person, project, day_on, null, row_id in (select row_id from incoming), length from own
    union all
    select 'project', project, person, day_on, import_id, not is_known, length from stored
    union all
    select 'person', person, project, day_on, import_id, not is_known, length from stored
), counted as (
    select role, name, other, day_on, import_id, count(*) filter (is_new) as new_entries
    from named
    group by all
), day_total as (
    select other as person, day_on, sum(length) > $long_day as is_long
    from named
    where role = 'project' and (is_new or import_id is null)
    group by other, day_on
), compared as (
    select
        renamed.import_id, renamed.role, renamed.before, renamed.after,
        cast(sum(incoming.new_entries) as bigint) as incoming,
        cast(sum(stored.new_entries) as bigint) as stored,
        count(*) filter (day_total.is_long) * 2 > count(*) as has_long_days,
        bool_or(own_before.name is not null or stored_after.name is not null) as is_apart
    from renamed
    inner join counted as incoming
        on incoming.import_id is null and incoming.role = renamed.role and incoming.new_entries > 0
        and incoming.name is not distinct from renamed.after
    inner join counted as stored
        on stored.import_id = renamed.import_id and stored.role = renamed.role and stored.new_entries > 0
        and stored.name is not distinct from renamed.before
        and stored.day_on is not distinct from incoming.day_on and stored.other is not distinct from incoming.other
    left join counted as own_before
        on own_before.import_id is null and own_before.role = renamed.role
        and own_before.name is not distinct from renamed.before
        and own_before.day_on is not distinct from incoming.day_on and own_before.other is not distinct from incoming.other
    left join counted as stored_after
        on stored_after.import_id = renamed.import_id and stored_after.role = renamed.role
        and stored_after.name is not distinct from renamed.after
        and stored_after.day_on is not distinct from incoming.day_on and stored_after.other is not distinct from incoming.other
    left join day_total
        on renamed.role = 'project' and day_total.person is not distinct from incoming.other
        and day_total.day_on is not distinct from incoming.day_on
    group by renamed.import_id, renamed.role, renamed.before, renamed.after
)
select
    renamed.import_id as earlier_id, import.file_name, renamed.role,
    coalesce(renamed.before_name, renamed.before) as before, coalesce(renamed.after_name, renamed.after) as after,
    renamed.has_two_addresses, renamed.entries, greatest(compared.incoming, compared.stored) as compared,
    (select count(*) from incoming where day_on is null or day_on between import.first_day and import.last_day) as new_rows,
    renamed.lengths, renamed.odd, renamed.moments, compared.has_long_days
from renamed
inner join compared
    on compared.import_id = renamed.import_id and compared.role = renamed.role
    and compared.before is not distinct from renamed.before and compared.after is not distinct from renamed.after
inner join import on import.import_id = renamed.import_id
where not compared.is_apart and 2 * renamed.entries >= greatest(compared.incoming, compared.stored)
order by renamed.entries desc, earlier_id, renamed.role, before, after
