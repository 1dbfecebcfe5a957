-- title: Frozen reports
-- unit: reports
-- note: One row per report, newest first, without its pages.
-- parameters: none

select report_id, name, frozen_at, frozen_by, first_on, last_on, audience, content_hash, rules_version, code_version
from frozen_report
order by report_id desc
