-- title: Budgets, targets, and notes pinned to a day
-- note: Nothing but an insert touches budget and target: the newest version counts, earlier ones are the history. A version without an amount or value ends what it is about.

-- project '' = all projects; unit: hours, or a currency.
create table budget (
    project varchar not null default '',
    covers varchar not null check (covers in ('labeling', 'all time')),
    unit varchar not null,
    recurs varchar not null check (recurs in ('once', 'month', 'quarter', 'year')),
    from_on date not null,
    amount double check (amount > 0),
    set_at timestamp not null,
    set_by varchar,
    primary key (project, covers, unit, recurs, from_on, set_at)
);

create table target (
    measure varchar not null,
    project varchar not null default '',
    direction varchar not null check (direction in ('at least', 'at most')),
    by_on date not null,
    value double,
    set_at timestamp not null,
    set_by varchar,
    primary key (measure, project, set_at)
);

create table note (
    day_on date not null,
    project varchar not null default '',
    text varchar not null,
    set_at timestamp not null,
    set_by varchar,
    primary key (day_on, project, text)
);
