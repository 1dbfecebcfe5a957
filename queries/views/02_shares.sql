-- title: Shares of hours, as far as they are known
-- note: There is none where a side of the whole sums to less than zero, as a correction can do: the other side would be more than all. settled_share is empty, too, where the hours that are not sorted yet could move it by more than 5 points; its range is then the only answer. widest is the whole with the open hours in it.

create or replace macro share_of(part, whole) as
    case when part >= 0 and part <= whole then part / nullif(whole, 0) end;

create or replace macro lowest_share(part, whole, open_part, widest) as
    case when part >= 0 and part <= whole and open_part >= 0 and part + open_part <= widest then part / nullif(widest, 0) end;

create or replace macro highest_share(part, whole, open_part, widest) as
    case when lowest_share(part, whole, open_part, widest) is not null then (part + open_part) / nullif(widest, 0) end;

create or replace macro sorted_share(part, whole, open_part, widest) as
    case when lowest_share(part, whole, open_part, widest) is not null then share_of(part, whole) end;

create or replace macro settled_share(part, whole, open_part, widest) as
    case
        when greatest(
            share_of(part, whole) - lowest_share(part, whole, open_part, widest),
            highest_share(part, whole, open_part, widest) - share_of(part, whole)
        ) <= 0.05 then sorted_share(part, whole, open_part, widest)
    end;
