-- title: Price of a million tokens of a model on a day
-- note: The newest price in force; a call of unknown day has the newest of all. Null if there is none.

create or replace macro token_price_on(called_model, day) as (
    select max_by({'per_million': price.per_million, 'currency': price.currency}, price.from_on)
    from token_price as price
    where price.model = called_model and price.from_on <= coalesce(day, current_date)
);
