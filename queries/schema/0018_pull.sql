-- title: What was pulled from which server, and where the next pull goes on
-- note: cursor is JSON. Undoing an import takes the pulls from there on back, too: the next one fetches them again.

create table pull (
    pull_id integer primary key,
    source varchar not null,
    server varchar not null,
    scope varchar not null,
    pulled_at timestamp not null,
    pulled_by varchar,
    records bigint not null,
    import_id integer, -- null where the server told nothing new
    cursor varchar not null
);
