-- title: A share of sorted hours, where it is known well enough
-- note: Empty where the hours that are not sorted yet could move it by more than 5 points; its range is then the only answer. widest is the whole with the open hours in it.

create or replace macro settled_share(part, whole, open_part, widest) as
    case
        when greatest(part / nullif(whole, 0) - part / nullif(widest, 0), (part + open_part) / nullif(widest, 0) - part / nullif(whole, 0)) <= 0.05
            then part / nullif(whole, 0)
    end;
