-- title: How long the audio or video of a labeled item is
-- note: Null where the item is neither or the export does not tell. Rows imported before stay null.

alter table labeling_event add column media_milliseconds bigint;
alter table labeling_event_superseded add column media_milliseconds bigint;
alter table label add column media_milliseconds bigint;
