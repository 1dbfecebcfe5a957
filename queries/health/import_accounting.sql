-- title: Does every import add up?
-- unit: imports that do not
-- note: Rows read = accepted + duplicate + rejected, and the facts and bad rows kept are as many as the history says.
-- parameters: none

with kept as (
    select import_id, count(*) as facts
    from (
        select import_id from time_entry
        union all
        select import_id from labeling_event
        union all
        select import_id from experiment_run
        union all
        select import_id from quality_report
    )
    group by import_id
), thrown as (
    select import_id, count(*) as bad from bad_row group by import_id
)
select count(*) as differing
from import
left join kept on kept.import_id = import.import_id
left join thrown on thrown.import_id = import.import_id
where import.rows_read <> import.accepted + import.duplicate + import.rejected
    or coalesce(kept.facts, 0) <> case when import.undone_at is null then import.accepted else 0 end
    or coalesce(thrown.bad, 0) <> case when import.undone_at is null then import.rejected else 0 end
order by 1
