-- title: A label is one annotation
-- note: label_key distinguishes the labels of one person on one item: its id, or the way in which it was made. open_reviews counts reviews and rework that may be about any label of the item.

alter table label add column label_key varchar;
alter table label add column open_reviews integer;
