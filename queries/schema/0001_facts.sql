-- title: Facts, the tables a lead edits, and the daily rollups
-- note: Facts are never rewritten. Instants are UTC without a zone; days are the person's local days.

create table meta (key varchar primary key, value varchar not null);

create table import (
    import_id integer primary key,
    source varchar not null,
    kind varchar not null,
    file_name varchar not null,
    file_sha256 varchar not null,
    imported_at timestamp not null,
    imported_by varchar,
    rows_read bigint not null,
    accepted bigint not null,
    duplicate bigint not null,
    rejected bigint not null,
    seconds_total bigint not null,
    first_day date,
    last_day date,
    zone varchar,
    date_order varchar,
    warnings varchar not null,
    undone_at timestamp,
    undone_by varchar
);

create table bad_row (
    import_id integer not null,
    line bigint not null,
    reason varchar not null,
    raw varchar
);

create table time_entry (
    import_id integer not null,
    source varchar not null,
    source_key ubigint not null,
    occurrence integer not null,
    line bigint not null,
    activity_key ubigint not null,
    person varchar,
    email varchar,
    client varchar,
    project varchar,
    task varchar,
    description varchar,
    tags varchar,
    started_at timestamp,
    started_local timestamp,
    day_on date not null,
    seconds bigint not null check (seconds >= 0),
    billable boolean,
    category varchar,
    zone varchar
);

create table labeling_event (
    import_id integer not null,
    source varchar not null,
    source_key ubigint not null,
    occurrence integer not null,
    line bigint not null,
    item varchar,
    dataset varchar,
    project varchar,
    person varchar,
    email varchar,
    stage varchar not null,
    outcome varchar not null,
    method varchar not null,
    suggestion varchar not null,
    started_at timestamp,
    finished_at timestamp,
    day_on date,
    milliseconds bigint check (milliseconds >= 0),
    time_kind varchar not null,
    idle_rule varchar,
    objects bigint,
    label_kind varchar,
    difficulty double,
    agreement double,
    gold_score double,
    model varchar,
    tokens bigint,
    cost double,
    currency varchar,
    automation varchar,
    holdout boolean,
    eligible boolean
);

create table experiment_run (
    import_id integer not null,
    source varchar not null,
    source_key ubigint not null,
    occurrence integer not null,
    line bigint not null,
    run varchar not null,
    project varchar,
    person varchar,
    email varchar,
    started_at timestamp,
    finished_at timestamp,
    day_on date,
    seconds bigint check (seconds >= 0),
    state varchar not null,
    parent_run varchar,
    parameters_hash varchar,
    metric varchar,
    value double,
    metrics varchar,
    labels_used bigint,
    labels_synthetic bigint,
    code_version varchar,
    seed bigint
);

create table person (
    person_id integer primary key,
    name varchar not null unique,
    team varchar,
    role varchar not null default 'unknown' check (role in ('engineer', 'annotator', 'other', 'unknown')),
    zone varchar,
    active_from date,
    active_to date
);

create table alias (
    alias varchar primary key,
    person_id integer not null
);

create table capacity (
    person_id integer not null,
    from_on date not null,
    weekly_hours double not null check (weekly_hours >= 0),
    primary key (person_id, from_on)
);

create table time_off (
    person_id integer not null,
    day_on date not null,
    hours double not null check (hours >= 0),
    primary key (person_id, day_on)
);

create table category_rule (
    scheme varchar not null,
    position integer not null,
    field varchar not null,
    operator varchar not null,
    pattern varchar not null,
    category varchar not null,
    primary key (scheme, position)
);

create table audit_log (
    logged_at timestamp not null,
    who varchar,
    what varchar not null,
    detail varchar
);

-- Which rule decided for which text; derived from the facts and the rules.
create table activity (
    scheme varchar not null,
    activity_key ubigint not null,
    category varchar not null,
    rule_position integer
);

-- Sums a page needs, one row per day and import; kept exactly equal to the facts.
create table time_day (
    import_id integer not null,
    source varchar not null,
    scheme varchar not null,
    day_on date not null,
    person varchar,
    client varchar,
    project varchar,
    category varchar not null,
    seconds bigint not null,
    entries bigint not null
);

create table labeling_day (
    import_id integer not null,
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
