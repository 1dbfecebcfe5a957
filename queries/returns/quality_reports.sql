-- title: Scores of reports on synthetic data
-- unit: the report's own scale
-- note: One row per report and score. Reports without a day belong to every period, and reports without a project to every selection.
-- parameters: from_on, to_on, projects

select
    project, dataset, source, report, metric, value, scale_low, scale_high, reference, better, rows_real,
    rows_synthetic, day_on
from quality_report
where (day_on is null or is_in_period(day_on, $from_on, $to_on))
    and (len($projects) = 0 or project is null or list_contains($projects, project))
order by project nulls last, report, line, metric, occurrence, value
