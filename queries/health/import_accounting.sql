-- title: Does every import add up?
-- unit: imports that do not add up
-- note: Rows read = accepted + changed + duplicate + rejected, and every row that is not rejected is held: by a fact, by a superseded statement, or by the list of holders. Rows that repeat an id within one file are held once; imports of versions before 0.2 kept no list of what they shared.
-- parameters: none

with held as (
    select import_id from time_entry union all select import_id from time_entry_superseded
    union all select import_id from labeling_event union all select import_id from labeling_event_superseded
    union all select import_id from experiment_run union all select import_id from experiment_run_superseded
    union all select import_id from quality_report union all select import_id from quality_report_superseded
    union all select import_id from imported_time_off
    union all select rolled_month.import_id from rolled_month inner join rolled_day using (sha256)
    union all select import_id from holding where content_key is not null
), held_count as (
    select import_id, count(*) as held from held group by import_id
), bad_row_count as (
    select import_id, count(*) as bad from bad_row group by import_id
), expected as (
    select
        import.import_id, import.rows_read, import.rejected, import.accepted,
        coalesce(import.changed, 0) as changed, import.duplicate, import.undone_at, import.answers,
        coalesce(held_count.held, 0) as held, coalesce(bad_row_count.bad, 0) as bad
    from import
    left join held_count on held_count.import_id = import.import_id
    left join bad_row_count on bad_row_count.import_id = import.import_id
)
select count(*) as differing
from expected
where rows_read <> accepted + changed + duplicate + rejected
    or bad <> case when undone_at is null then rejected else 0 end
    or not case
        when undone_at is not null then held = 0
        when answers is null then held >= accepted
        else held between accepted + changed and accepted + changed + duplicate
    end
order by 1
