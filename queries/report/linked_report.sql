-- title: The frozen report behind a link
-- unit: report
-- note: No row for a link that is unknown, expired or revoked.
-- parameters: token_hash, now

select first_on, last_on, html, pdf
from report_link
inner join frozen_report using (report_id)
where token_hash = $token_hash and revoked_at is null and expires_at > $now
order by report_id
