-- title: Price per million tokens
-- unit: money, each row in its currency
-- note: A price holds from its day until the next one of the same model.
-- parameters: none

select model, from_on, per_million, currency
from token_price
order by model, from_on
