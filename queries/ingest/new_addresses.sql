-- title: Names that earlier rows have alone, and the one e-mail that is known for each by now
-- note: Only names that this import tells with an e-mail.

create or replace temp table new_address as
with told as (
    select told_name as name from time_entry where import_id = $import_id and email is not null
    union
    select unnest([told_name, account]) from labeling_event where import_id = $import_id and email is not null
    union
    select told_name from experiment_run where import_id = $import_id and email is not null
)
select known_address.name, known_address.person as address
from known_address
semi join told using (name)
semi join (select person as name from told_name where not contains(person, '@')) as alone using (name)
