-- title: Invoices of vendors
-- note: to_on null: for one day. project '' = of no single project.

create table invoice (
    vendor varchar not null,
    kind varchar not null check (kind in ('compute', 'labeling', 'licence', 'other')),
    project varchar not null default '',
    from_on date not null,
    to_on date,
    amount double not null check (amount >= 0),
    currency varchar not null,
    hours double check (hours >= 0),
    note varchar,
    primary key (vendor, kind, project, from_on, currency)
);
