-- title: By what an import was read
-- note: A hash of what reads files and matches their rows. Null for imports of earlier versions.

alter table import add column reader varchar;
