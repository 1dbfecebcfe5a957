-- title: Whether any label has a cost, or tokens that a price may turn into one
-- unit: yes or no
-- note: One row. Without any, nobody has to ask for `model_cost`, of this period or that.
-- parameters: none

select exists (from label where cost is not null or tokens is not null) as has_model_cost
order by has_model_cost
