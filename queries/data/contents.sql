-- title: What the store holds
-- unit: yes or no
-- note: One row. Decides which pages and tabs have something to show.
-- parameters: none

select
    exists (from time_entry) as has_time,
    exists (from labeling_event) or exists (from rolled_month) as has_labels,
    exists (from experiment_run) as has_runs,
    exists (from quality_report) as has_reports,
    exists (from frozen_report) or exists (from report_link) as has_kept_report
order by has_time
