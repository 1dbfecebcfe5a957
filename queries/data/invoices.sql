-- title: Invoices of vendors
-- unit: money, each row in its currency
-- note: One row per vendor, kind, project and period.
-- parameters: none

select vendor, kind, project, from_on, to_on, amount, currency, hours, note
from invoice
order by from_on, vendor, kind, project, currency
