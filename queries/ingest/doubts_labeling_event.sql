-- title: Oddities in the labels of an import
-- note: Nothing is rejected for these; the lead gets a warning. automatic_by_people: in tables that people filled in; tools name a model as the maker of its labels.

select
    count(*) filter (milliseconds > 43200000) as over_twelve_hours,
    count(*) filter (day_on > $today) as in_the_future,
    count(*) filter (
        method = 'automatic' and stage = 'annotate' and person is not null
        and source in ('native_labeling', 'generic_labeling')
    ) as automatic_by_people
from labeling_event
where import_id = $import_id
