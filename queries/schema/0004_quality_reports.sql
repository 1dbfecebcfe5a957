-- title: Reports on synthetic data, and what a run must say for its return to be told
-- note: One row a report and metric, on the report's own scale. reference is what real data reach on the same scale.

-- better: 'higher', 'lower', or 'reference' where the best value is the reference itself.
create table quality_report (
    import_id integer not null,
    source varchar not null,
    source_key ubigint not null,
    occurrence integer not null,
    line bigint not null,
    report varchar not null,
    project varchar,
    dataset varchar,
    metric varchar not null,
    value double not null,
    scale_low double,
    scale_high double,
    reference double,
    better varchar check (better in ('higher', 'lower', 'reference')),
    rows_real bigint,
    rows_synthetic bigint,
    day_on date
);

-- How the run's labels were chosen (random, active), and the hours of modeling behind its code.
alter table experiment_run add column selection varchar;
alter table experiment_run add column modeling_hours double;
