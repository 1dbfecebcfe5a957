-- title: What a million tokens of a model cost on a day
-- note: The newest price that holds; a call of an unknown day has the newest of all. Null where none does.

create or replace macro token_price_on(called_model, day) as (
    select max_by({'per_million': price.per_million, 'currency': price.currency}, price.from_on)
    from token_price as price
    where price.model = called_model and price.from_on <= coalesce(day, current_date)
);
