-- title: Links to frozen reports
-- unit: links
-- note: One row per link, newest first, with its state; the handle is the beginning of its hash.
-- parameters: now

select
    substr(token_hash, 1, 8) as handle, report_id, report.name as report, created_at, created_by, expires_at,
    case
        when revoked_at is not null then 'revoked'
        when expires_at <= $now then 'expired'
        else 'open'
    end as state
from report_link
inner join frozen_report as report using (report_id)
order by created_at desc, token_hash
