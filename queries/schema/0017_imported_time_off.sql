-- title: Time off that trackers told
-- note: One row per row of a file. It goes with its import; the same hours in two imports count once.

create table imported_time_off (
    import_id integer not null,
    line bigint not null,
    person varchar,
    day_on date not null,
    seconds bigint not null
);
