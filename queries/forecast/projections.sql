-- title: Projections as issued
-- unit: hours, items and seconds, by quantity
-- note: One row per projection and quantity, newest first. A projection never changes once it is issued.
-- parameters: none

select
    issued.projection_id, issued.issued_at, issued.issued_by, issued.project, issued.scenario, issued.horizon_weeks,
    issued.first_on, issued.last_on, issued.history_to, issued.seed, issued.draws, issued.items, issued.inputs,
    issued.inputs_hash, issued.gate, issued.code_version, issued_quantity.quantity, issued_quantity.p10,
    issued_quantity.p50, issued_quantity.p90
from issued_projection as issued
inner join issued_quantity using (projection_id)
order by issued.projection_id desc, issued_quantity.quantity
