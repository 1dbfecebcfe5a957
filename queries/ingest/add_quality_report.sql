-- title: Key the scores of a report and add them
-- note: The key is a hash of the report, the metric, the value, the reference and the day: importing the same file again adds nothing. A report with three scores or more of over four decimals is known by all of its scores, whatever its file is called and its fields are spelled; one with round scores by its project and data set.

insert into quality_report by name
with content as (
    select
        count(distinct value) filter (where value <> round(value, 4)) >= 3 as is_telling,
        md5(string_agg(concat_ws(chr(31), metric, cast(value as varchar)), chr(30) order by metric, value)) as digest
    from incoming_frame
)
select
    $import_id as import_id, $source as source, line,
    md5_number_lower(concat_ws(chr(31),
        case when is_telling then digest else concat_ws(chr(30), project, dataset) end, metric, cast(value as varchar),
        coalesce(cast(reference as varchar), ''), coalesce(cast(day_on as varchar), ''))) as source_key,
    1 as occurrence,
    report, project, dataset, metric, value, scale_low, scale_high, reference, better, rows_real, rows_synthetic,
    day_on
from incoming_frame cross join content
