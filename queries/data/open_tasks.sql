-- title: What is open in the set-up
-- unit: counts
-- note: One row over the whole store. A person is without hours who has tracked time and no weekly hours, and has stopped who tracked nothing in the last three weeks of the log, but in its last half year, and has no leaving day; a project of a labeling tool is open that nobody matched and that no tracked project is called like.
-- parameters: today

with tracked as (
    select person.person_id, coalesce(person.person_name, worked.person) as person_name, person.role, worked.last_on
    from (
        select person, max(day_on) filter (where day_on <= $today) as last_on
        from time_entry
        where person is not null
        group by person
    ) as worked
    left join named_person as person on person.person = worked.person
), last_day as (
    select person_name, any_value(person_id) as person_id, max(last_on) as last_on from tracked group by person_name
)
select
    (
        select count(distinct person_name) from tracked
        where person_id is null or person_id not in (select person_id from capacity)
    ) as people_without_hours,
    (select count(distinct person_name) from tracked where coalesce(role, 'unknown') = 'unknown')
        as people_without_role,
    (
        select count(*)
        from last_day
        left join person on person.person_id = last_day.person_id
        where person.active_to is null
            and (select max(last_on) from last_day) - last_day.last_on between 22 and 182
    ) as people_stopped,
    (
        select count(*) from (
            select source, tool_project from label where tool_project <> ''
            union
            select source, tool_project from rolled_work where tool_project <> ''
        ) as named
        where exists (from time_entry)
            and not exists (
                from labeling_project as matched
                where matched.source = named.source and matched.tool_project = named.tool_project
            )
            and not exists (from time_entry where lower(time_entry.project) = lower(named.tool_project))
    ) as open_projects,
    (
        select count(*) from label
        where automation is null and method not in ('manual', 'unknown', 'imported', 'synthetic')
    ) as unregistered_labels,
    (select max(day_on) from time_entry where day_on <= $today) as tracked_on,
    (
        select max(day_on) from (select day_on from label union all select day_on from rolled_work)
        where day_on <= $today
    ) as labeled_on,
    (select coalesce(arg_max(missing, import_id), 0) from import where undone_at is null) as missing_entries
order by people_without_hours
