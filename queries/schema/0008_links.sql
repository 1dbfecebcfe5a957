-- title: Links to frozen reports
-- note: The link itself is kept nowhere, only its SHA-256: who reads the store cannot make a link of it.

create table report_link (
    token_hash varchar primary key,
    report_id integer not null,
    created_at timestamp not null,
    created_by varchar,
    expires_at timestamp not null,
    revoked_at timestamp
);
