-- title: Saved views: filters under a name
-- note: Nothing but an insert touches them: the newest version counts. A version without filters deletes the view.

-- filters: an object in JSON, with the columns of the sheet but its name.
create table saved_view (
    view varchar not null,
    filters varchar,
    set_at timestamp not null,
    set_by varchar,
    primary key (view, set_at)
);
