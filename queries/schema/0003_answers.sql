-- title: What people answered
-- note: The answer as canonical text, null where an export does not tell it; rows imported before stay null.

alter table labeling_event add column answer varchar;
alter table label add column answer varchar;
