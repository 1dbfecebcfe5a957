-- title: Of the slots that a file without projects does not have, those of imports that share no item with it
-- note: covered_item lists the items of the file. A flat export does not name its project, and that of another project has other items: it is not missing here.

delete from touched_slot
using (
    with statement as (
        select import_id, source, source_key, item from labeling_event where source = $source and project is null
        union all
        select holding.import_id, holding.source, holding.source_key, fact.item
        from holding inner join labeling_event as fact using (source, source_key)
        where holding.source = $source and holding.kind = 'labeling_event' and fact.project is null
    ), related as (
        select distinct import_id from statement semi join covered_item using (item) where import_id <> $import_id
    )
    select source, source_key
    from statement left join related using (import_id)
    group by source, source_key
    having count(related.import_id) = 0
) as foreign_slot
where touched_slot.source = foreign_slot.source and touched_slot.source_key = foreign_slot.source_key
