-- title: Labels, the register of automations, rates, and the gates a lead sets
-- note: label is derived from the events and the register, like activity is from the entries and the rules.

-- Which project of the tracker a labeling tool's project is, and what an unmarked label there means.
create table labeling_project (
    source varchar not null,
    tool_project varchar not null,
    project varchar not null,
    unmarked varchar not null default 'unknown' check (unmarked in ('unknown', 'manual')),
    primary key (source, tool_project)
);

create table automation (
    name varchar primary key,
    technique varchar not null check (technique in (
        'pre-labeling', 'auto-labeling', 'LLM labels', 'active learning', 'weak supervision', 'synthetic data'
    )),
    -- 'every item': all labels since the rollout; 'marked items': only those that the log marks.
    applies varchar not null default 'marked items' check (applies in ('every item', 'marked items')),
    setup_seconds bigint check (setup_seconds >= 0),
    note varchar
);

-- person '' = everybody in the project; to_on null = still on.
create table automation_scope (
    automation varchar not null,
    project varchar not null,
    person varchar not null default '',
    from_on date not null,
    to_on date,
    primary key (automation, project, person, from_on)
);

-- Which time entries are the setup or the upkeep of an automation.
create table automation_effort (
    automation varchar not null,
    kind varchar not null check (kind in ('setup', 'maintenance')),
    field varchar not null check (field in ('project', 'task', 'description', 'tags', 'client')),
    pattern varchar not null,
    primary key (automation, kind, field, pattern)
);

create table automation_cost (
    automation varchar not null,
    kind varchar not null check (kind in ('compute', 'licence', 'tokens', 'other')),
    per varchar not null check (per in ('once', 'month')),
    from_on date not null,
    to_on date,
    amount double not null check (amount >= 0),
    currency varchar not null,
    primary key (automation, kind, per, from_on)
);

-- Most specific first: person, then role, then everybody ('' = any).
create table rate (
    person varchar not null default '',
    role varchar not null default '',
    from_on date not null,
    hourly double not null check (hourly >= 0),
    currency varchar not null,
    primary key (person, role, from_on)
);

create table token_price (
    model varchar not null,
    from_on date not null,
    per_million double not null check (per_million >= 0),
    currency varchar not null,
    primary key (model, from_on)
);

-- The quality margin is set before the audit; every change is kept, the newest counts. project '' = all.
create table quality_margin (
    project varchar not null default '',
    margin double not null check (margin > 0 and margin < 1),
    set_at timestamp not null,
    set_by varchar,
    primary key (project, set_at)
);

create table holdout_plan (
    plan_id integer primary key,
    project varchar not null,
    share double not null check (share > 0 and share < 1),
    seed bigint not null,
    planned_on date not null,
    planned_by varchar
);

create table holdout_item (
    plan_id integer not null,
    item varchar not null,
    holdout boolean not null,
    primary key (plan_id, item)
);

-- One row an item and person: the work on one label, with the review and rework of the item shared out evenly.
-- Milliseconds are null where no time is known; their sums equal those of the events, to the millisecond.
create table label (
    source varchar not null,
    tool_project varchar not null,
    project varchar not null,
    dataset varchar,
    item varchar not null,
    person varchar,
    day_on date,
    finished_at timestamp,
    method varchar not null,
    automation varchar,
    suggestion varchar not null,
    outcome varchar not null,
    is_produced boolean not null,
    is_reviewed boolean not null,
    rejections integer not null,
    annotate_ms bigint,
    review_ms bigint,
    rework_ms bigint,
    time_kind varchar not null,
    idle_rule varchar,
    objects bigint,
    label_kind varchar,
    difficulty double,
    agreement double,
    gold_score double,
    model varchar,
    tokens bigint,
    cost double,
    currency varchar,
    holdout boolean,
    eligible boolean,
    events bigint not null
);
