-- title: Key the scores of a batch of reports and add them
-- note: The key is a hash of the report's name, the metric, the value, the reference and the day: importing the same file again adds nothing.

insert into quality_report by name
select
    $import_id as import_id, $source as source, line,
    md5_number_lower(concat_ws(chr(31), report, metric, cast(value as varchar),
        coalesce(cast(reference as varchar), ''), coalesce(cast(day_on as varchar), ''))) as source_key,
    1 as occurrence,
    report, project, dataset, metric, value, scale_low, scale_high, reference, better, rows_real, rows_synthetic,
    day_on
from incoming_frame
