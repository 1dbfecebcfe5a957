-- title: Does every import add up?
-- unit: imports that do not add up
-- note: Rows read = accepted + duplicate + rejected, and the numbers of stored facts and rejected rows match the history.
-- parameters: none

with fact_count as (
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
), bad_row_count as (
    select import_id, count(*) as bad from bad_row group by import_id
)
select count(*) as differing
from import
left join fact_count on fact_count.import_id = import.import_id
left join bad_row_count on bad_row_count.import_id = import.import_id
where import.rows_read <> import.accepted + import.duplicate + import.rejected
    or coalesce(fact_count.facts, 0) <> case when import.undone_at is null then import.accepted else 0 end
    or coalesce(bad_row_count.bad, 0) <> case when import.undone_at is null then import.rejected else 0 end
order by 1
