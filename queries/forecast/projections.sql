-- title: Projections as they were issued
-- unit: hours, items and seconds, as the quantity says
-- note: One row a projection and quantity, newest first. Nothing changes them once they are issued.
-- parameters: none

select
    issued.projection_id, issued.issued_at, issued.issued_by, issued.project, issued.scenario, issued.horizon_weeks,
    issued.first_on, issued.last_on, issued.history_to, issued.seed, issued.draws, issued.items, issued.inputs,
    issued.inputs_hash, issued.gate, issued.code_version, told.quantity, told.p10, told.p50, told.p90
from issued_projection as issued
inner join issued_quantity as told using (projection_id)
order by issued.projection_id desc, told.quantity
