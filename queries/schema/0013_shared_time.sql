-- title: Time of overlapping labels
-- note: Derived with the labels: how long an event counts where one person had several open at once.

create table shared_time (
    import_id integer not null,
    source varchar not null,
    tool_project varchar not null,
    source_key ubigint not null,
    occurrence integer not null,
    milliseconds bigint not null
);
