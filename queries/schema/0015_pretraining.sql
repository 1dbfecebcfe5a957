-- title: Runs with and without self-supervised pre-training, and the technique in the register
-- note: A check cannot be widened, so the register's table is made anew with its rows.

alter table experiment_run add column pretraining varchar;
alter table experiment_run_superseded add column pretraining varchar;

create table automation_before as from automation;
drop table automation;
create table automation (
    name varchar primary key,
    technique varchar not null check (technique in (
        'pre-labeling', 'auto-labeling', 'LLM labels', 'active learning', 'self-supervised pre-training',
        'weak supervision', 'synthetic data'
    )),
    applies varchar not null default 'marked items' check (applies in ('every item', 'marked items')),
    setup_seconds bigint check (setup_seconds >= 0),
    note varchar
);
insert into automation from automation_before;
drop table automation_before;
