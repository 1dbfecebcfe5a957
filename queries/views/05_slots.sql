-- title: Slots: what people do not edit in an entry, as a key
-- note: The tool's own id; else the person and the start; else, for entries with days only, person, day, project and task. md5 because it is the same in every version. local_id is an id that is unique within one project of a tool alone, once the lead has named the project.

create or replace macro person_identity(email, name) as
    coalesce(lower(email), case when contains(name, '@') then lower(name) else name end);

create or replace macro local_id(native_id, project) as
    case when project is null or native_id is null then native_id else md5(concat(project, chr(31), native_id)) end;

create or replace macro time_entry_slot(native_id, person, started_at, day_on, project, task) as
    md5_number_lower(case
        when native_id is not null then concat('id', chr(31), native_id)
        when started_at is not null then concat('at', chr(31), person, chr(31), epoch_us(started_at))
        else concat('day', chr(31), person, chr(31), day_on, chr(31), project, chr(31), task)
    end);

create or replace macro labeling_event_slot(native_id, project, item, person, stage, started_at, finished_at, day_on) as
    md5_number_lower(case
        when native_id is not null then concat('id', chr(31), native_id)
        else concat(
            'at', chr(31), project, chr(31), item, chr(31), person, chr(31), stage, chr(31),
            epoch_us(coalesce(started_at, finished_at)), chr(31),
            case when coalesce(started_at, finished_at) is null then day_on end
        )
    end);

create or replace macro experiment_run_slot(native_id, run, project, started_at) as
    md5_number_lower(case
        when native_id is not null then concat('id', chr(31), native_id)
        else concat('at', chr(31), run, chr(31), project, chr(31), epoch_us(started_at))
    end);
