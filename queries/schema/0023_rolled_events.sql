-- title: Labeling events that are held as daily sums
-- note: rolled_day holds sums once, by the hash of their file; rolled_month says which import names which of them. Of the imports of one place of events, the newest counts.

create table facts.rolled_month (
    import_id integer not null,
    events_at varchar not null,
    month varchar not null,
    sha256 varchar not null,
    daily_sums bigint not null,
    events bigint not null
);

create table facts.rolled_day (
    sha256 varchar not null,
    source varchar not null,
    day_on date,
    project varchar,
    dataset varchar,
    person varchar,
    method varchar not null,
    stage varchar not null,
    outcome varchar not null,
    time_kind varchar not null,
    events bigint not null,
    timed_events bigint not null,
    milliseconds bigint not null,
    objects bigint
);
