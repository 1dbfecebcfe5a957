-- title: Hours spent on setup and maintenance of automations
-- unit: seconds, one row per automation, kind, day and rate
-- note: Time entries that match the register's patterns, whatever project they were booked on, and hours typed in the register, dated to the rollout; without a rollout they have no day. No row means unknown. A number at the end of a word is a whole one: SG-1 is not in SG-10. An entry that matches both kinds counts as setup. Of all days, because a page asks for several periods.
-- parameters: none

with word as (
    select automation, kind, field, trim(unnest(string_split(lower(pattern), '|'))) as word
    from automation_effort
), entry as (
    select
        project, coalesce(task, '') as task, coalesce(description, '') as description,
        coalesce(tags, '') as tags, coalesce(client, '') as client,
        person_name, role, day_on, seconds, entry_key
    from filtered_entries(null, date '9999-12-31', [], [], [], [], [])
    where exists (from automation_effort)
), spelling as (
    select distinct project, task, description, tags, client
    from entry
), compared as (
    select
        word.automation, word.kind, word.word, spelling.*,
        lower(case word.field
            when 'project' then spelling.project
            when 'task' then spelling.task
            when 'description' then spelling.description
            when 'tags' then spelling.tags
            else spelling.client
        end) as text
    from spelling
    inner join word on word.word <> ''
), matching as (
    select distinct automation, kind, project, task, description, tags, client
    from compared
    where case
        when word[-1] between '0' and '9' then regexp_matches(text, regexp_escape(word) || '([^0-9]|$)')
        else contains(text, word)
    end
), fitting as (
    select distinct on (matching.automation, entry.entry_key, entry.day_on)
        matching.automation, matching.kind, entry.person_name, entry.role, entry.day_on, entry.seconds
    from entry
    inner join matching using (project, task, description, tags, client)
    order by matching.automation, entry.entry_key, entry.day_on, matching.kind desc
), priced as (
    select
        automation, kind, day_on, seconds,
        hourly_rate(person_name, role, day_on) as rate
    from fitting
), measured as (
    select
        automation, kind, day_on, cast(sum(seconds) as bigint) as seconds, rate.hourly as hourly,
        rate.currency as currency
    from priced
    group by 1, 2, 3, 5, 6
), started as (
    select automation, min(from_on) as first_on from automation_scope group by 1
), typed as (
    select automation.name as automation, automation.setup_seconds, started.first_on
    from automation
    left join started on started.automation = automation.name
    where automation.setup_seconds is not null
), typed_priced as (
    select
        automation, first_on as day_on, setup_seconds as seconds,
        hourly_rate('', 'engineer', coalesce(first_on, current_date)) as rate
    from typed
), known as (
    select distinct automation, kind from automation_effort
)
select automation, kind, day_on, seconds, hourly, currency, false as is_typed from measured
union all
select automation, 'setup' as kind, day_on, seconds, rate.hourly as hourly, rate.currency as currency, true as is_typed
from typed_priced
union all
select automation, kind, null as day_on, cast(0 as bigint) as seconds, null as hourly, null as currency, false as is_typed
from known
order by automation, kind, day_on, currency, hourly, seconds, is_typed
