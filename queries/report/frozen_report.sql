-- title: One frozen report with its pages
-- unit: report
-- note: Everything that was stored of it.
-- parameters: report

select name, request, content_hash, rules_version, rules, numbers, html, pdf, code_version
from frozen_report
where report_id = $report
order by report_id
