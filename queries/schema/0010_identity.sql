-- title: One entry is one entry: slots, superseded statements, and which import holds what
-- note: source_key is the slot of an entry: what people do not edit. occurrence is its place among the entries of one slot. Keys of rows without an id of their own are computed anew; a row with the tool's id keeps its key.

alter table import add column changed bigint;
alter table import add column edited bigint;
alter table import add column missing bigint;
-- What the lead answered, as JSON: zone, date order, mapping, importer, person, edited, replace_period.
alter table import add column answers varchar;

alter table time_entry add column native_id varchar;
alter table time_entry add column told_name varchar;
alter table time_entry add column changed_at timestamp;
alter table labeling_event add column native_id varchar;
alter table labeling_event add column told_name varchar;
alter table labeling_event add column changed_at timestamp;
-- The label's own id, and the id of the label that a review, a verdict or a rework is about.
alter table labeling_event add column annotation varchar;
alter table labeling_event add column about varchar;
alter table experiment_run add column native_id varchar;
alter table experiment_run add column told_name varchar;
alter table experiment_run add column changed_at timestamp;
alter table quality_report add column changed_at timestamp;

-- An e-mail identifies a person, or the one known e-mail of a name, else the name; told_name is how a file called them.
create temp table address as
with told as (
    select person, lower(email) as email from time_entry where email is not null
    union
    select person, lower(email) from labeling_event where email is not null
    union
    select person, lower(email) from experiment_run where email is not null
)
select person as name, any_value(email) as email from told group by person having count(distinct email) = 1;

update time_entry set told_name = person, person = coalesce(
    lower(email), (select address.email from address where address.name = person),
    case when contains(person, '@') then lower(person) else person end
);
update labeling_event set told_name = person, person = coalesce(
    lower(email), (select address.email from address where address.name = person),
    case when contains(person, '@') then lower(person) else person end
);
update experiment_run set told_name = person, person = coalesce(
    lower(email), (select address.email from address where address.name = person),
    case when contains(person, '@') then lower(person) else person end
);
drop table address;

update time_entry
set source_key = md5_number_lower(case
    when started_at is not null then concat('at', chr(31), person, chr(31), epoch_us(started_at))
    else concat('day', chr(31), person, chr(31), day_on, chr(31), project, chr(31), task)
end)
where source_key = md5_number_lower(concat(
    told_name, chr(31), client, chr(31), project, chr(31), task, chr(31), description, chr(31), tags, chr(31),
    coalesce(cast(epoch_us(started_at) as varchar), cast(day_on as varchar)), chr(31), seconds
));

update labeling_event
set source_key = md5_number_lower(concat(
    'at', chr(31), project, chr(31), item, chr(31), person, chr(31), stage, chr(31),
    epoch_us(coalesce(started_at, finished_at)), chr(31), case when coalesce(started_at, finished_at) is null then day_on end
))
where source_key = md5_number_lower(concat_ws(
    chr(31), coalesce(item, ''), coalesce(dataset, ''), coalesce(project, ''), coalesce(told_name, ''),
    coalesce(stage, ''), coalesce(outcome, ''), coalesce(method, ''),
    coalesce(cast(epoch_us(started_at) as varchar), ''), coalesce(cast(epoch_us(finished_at) as varchar), ''),
    coalesce(cast(day_on as varchar), ''), coalesce(cast(milliseconds as varchar), ''),
    coalesce(cast(objects as varchar), ''), coalesce(label_kind, ''), coalesce(model, '')
));

update experiment_run
set source_key = md5_number_lower(concat('at', chr(31), run, chr(31), project, chr(31), epoch_us(started_at)))
where source_key = md5_number_lower(concat_ws(
    chr(31), run, coalesce(project, ''), coalesce(cast(epoch_us(started_at) as varchar), ''),
    coalesce(cast(epoch_us(finished_at) as varchar), ''), coalesce(metric, ''), coalesce(cast(value as varchar), '')
));

create temp table place as
select rowid as row_id, row_number() over (partition by source, source_key order by import_id, line) as number
from time_entry
qualify count(*) over (partition by source, source_key) > 1;
update time_entry set occurrence = place.number from place where time_entry.rowid = place.row_id;
create or replace temp table place as
select rowid as row_id, row_number() over (partition by source, source_key order by import_id, line) as number
from labeling_event
qualify count(*) over (partition by source, source_key) > 1;
update labeling_event set occurrence = place.number from place where labeling_event.rowid = place.row_id;
create or replace temp table place as
select rowid as row_id, row_number() over (partition by source, source_key order by import_id, line) as number
from experiment_run
qualify count(*) over (partition by source, source_key) > 1;
update experiment_run set occurrence = place.number from place where experiment_run.rowid = place.row_id;
drop table place;

-- Statements that a newer one replaced, or that a whole export no longer has; an undo brings them back.
create table time_entry_superseded as from time_entry limit 0;
create table labeling_event_superseded as from labeling_event limit 0;
create table experiment_run_superseded as from experiment_run limit 0;
create table quality_report_superseded as from quality_report limit 0;

-- What imports hold beyond the rows that carry their number: the same statement read again. content_key null:
-- the import was the whole truth for its days and did not have this entry.
create table holding (
    import_id integer not null,
    kind varchar not null,
    source varchar not null,
    source_key ubigint not null,
    content_key ubigint,
    line bigint not null,
    changed_at timestamp
);

-- How files call a person (person: the e-mail in small letters, else the name).
create table told_name (person varchar not null, name varchar not null, last_on date, primary key (person, name));

-- Facts name the tool, so that two formats of one tool meet.
update labeling_event set source = 'label_studio' where source = 'label_studio_table';
update experiment_run set source = 'mlflow' where source in ('mlflow_db', 'mlflow_csv');
insert or ignore into labeling_project
select 'label_studio', tool_project, project, unmarked from labeling_project where source = 'label_studio_table';
insert or ignore into labeling_project
select 'mlflow', tool_project, project, unmarked from labeling_project where source in ('mlflow_csv', 'mlflow_db');
delete from labeling_project where source in ('label_studio_table', 'mlflow_csv', 'mlflow_db');
