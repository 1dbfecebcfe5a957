-- title: Corrections: time entries with negative hours
-- note: A table keeps its checks for life, so it is made anew without the one that forbids negative seconds.

create table corrected_time_entry (
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
    seconds bigint not null,
    billable boolean,
    category varchar,
    zone varchar,
    native_id varchar,
    told_name varchar,
    changed_at timestamp
);
insert into corrected_time_entry by name select * from time_entry order by rowid;
drop table time_entry;
alter table corrected_time_entry rename to time_entry;
