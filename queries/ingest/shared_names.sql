-- title: Names without an e-mail in an import that several known e-mails have
-- note: fact_table stands for the table of the kind.

with shared as (
    select name, string_agg(distinct person, ' and ' order by person) as addresses
    from told_name
    where contains(person, '@') and name <> person
    group by name
    having count(distinct person) > 1
)
select shared.name, shared.addresses
from shared
semi join (
    select told_name as name from fact_table where import_id = $import_id and email is null
) as nameless using (name)
order by shared.name
limit 1
