-- title: What was pulled: one row per source, server and part of it, such as a project, newest first

select
    source, server, scope, max(pulled_at) as pulled_at, arg_max(pulled_by, pull_id) as pulled_by, count(*) as pulls,
    cast(sum(records) as bigint) as records
from pull
group by source, server, scope
order by pulled_at desc, source, server, scope
