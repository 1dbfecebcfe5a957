-- title: Scenarios, backlogs, and projections as they were issued
-- note: An issued projection is never changed: nothing but an insert touches issued_projection and issued_quantity.

-- project '' = for every project.
create table scenario (
    name varchar not null,
    project varchar not null default '',
    created_at timestamp not null,
    created_by varchar,
    note varchar,
    primary key (name, project)
);

-- low and high are what the lead holds for likely (P10, P90); null: as sure as the value.
create table scenario_input (
    scenario varchar not null,
    project varchar not null default '',
    input varchar not null,
    value double not null,
    low double,
    high double,
    origin varchar not null check (origin in ('measured', 'assumed', 'published', 'borrowed')),
    as_of date,
    source varchar,
    primary key (scenario, project, input)
);

-- items_per_week null = the team's own velocity.
create table backlog_plan (
    project varchar primary key,
    items bigint not null check (items > 0),
    items_per_week double check (items_per_week > 0),
    from_on date not null,
    team_size double check (team_size > 0)
);

-- history_to: the last week the projection learned from; inputs: JSON of every input with value, bounds and origin.
create table issued_projection (
    projection_id integer primary key,
    issued_at timestamp not null,
    issued_by varchar,
    project varchar not null,
    scenario varchar not null default '',
    horizon_weeks integer not null check (horizon_weeks > 0),
    first_on date not null,
    last_on date not null,
    history_to date not null,
    seed bigint not null,
    draws integer not null,
    items double not null,
    inputs varchar not null,
    inputs_hash varchar not null,
    gate varchar not null,
    code_version varchar not null
);

create table issued_quantity (
    projection_id integer not null,
    quantity varchar not null,
    p10 double not null,
    p50 double not null,
    p90 double not null,
    primary key (projection_id, quantity)
);
