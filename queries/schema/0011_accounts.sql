-- title: The account number of a person, and the draft that became a label
-- note: One export of Label Studio names people by number, another by e-mail. A label tells when its draft was begun.

alter table labeling_event add column account varchar;
alter table labeling_event add column draft_at timestamp;
alter table labeling_event_superseded add column account varchar;
alter table labeling_event_superseded add column draft_at timestamp;
