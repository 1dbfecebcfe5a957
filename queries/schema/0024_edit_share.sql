-- title: How much of its suggestion a person changed in a label
-- note: From 0, kept, to 1, nothing left; null = unknown. edit_basis says what was compared. Rows imported before stay null.

alter table labeling_event add column edit_share double;
alter table labeling_event add column edit_basis varchar;
alter table labeling_event_superseded add column edit_share double;
alter table labeling_event_superseded add column edit_basis varchar;
alter table label add column edit_share double;
alter table label add column edit_basis varchar;
