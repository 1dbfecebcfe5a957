-- title: Watched folders, and what was found in them
-- note: A file is imported once for each content that it has; one that could not be imported is kept with the reason.

create table watched_folder (
    folder varchar primary key,
    active boolean not null
);

-- problem: why the file could not be imported; null where it was.
create table watched_file (
    folder varchar not null,
    file_name varchar not null,
    file_hash varchar not null,
    seen_at timestamp not null,
    problem varchar,
    primary key (folder, file_name, file_hash)
);
