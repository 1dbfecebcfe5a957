-- title: Reports as they were sent
-- note: A frozen report is never changed: nothing but an insert touches frozen_report.

-- numbers: JSON of every printed number with its figure and unrounded value; rules: the category rules then, as CSV.
create table frozen_report (
    report_id integer primary key,
    name varchar not null,
    frozen_at timestamp not null,
    frozen_by varchar,
    first_on date not null,
    last_on date not null,
    audience varchar not null,
    request varchar not null,
    content_hash varchar not null,
    rules_version varchar not null,
    rules varchar not null,
    numbers varchar not null,
    html varchar not null,
    pdf blob not null,
    code_version varchar not null
);
