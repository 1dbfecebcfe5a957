-- title: What the rule for overlapping entries takes away
-- note: Derived from the entries, how people are called and the rule in force: seconds of an entry that do not count, by local day. Empty while overlapping entries count in full.

create table if not exists overlap_cut (
    import_id integer not null,
    source varchar not null,
    source_key ubigint not null,
    occurrence integer not null,
    day_on date not null,
    seconds bigint not null
);
