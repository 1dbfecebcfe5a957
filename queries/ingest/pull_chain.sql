-- title: The pulls of one part of a server that are still in force, in their order
-- note: With an undone import, what was pulled after it is no longer complete.

with chain as (
    select pull.pull_id, pull.scope, pull.import_id, pull.cursor, import.undone_at is not null as is_undone
    from pull left join import using (import_id)
    where pull.source = $source and pull.server = $server
), marked as (
    select *, bool_or(is_undone) over (partition by scope order by pull_id) as is_broken from chain
)
select pull_id, scope, import_id, cursor from marked where not is_broken order by pull_id
