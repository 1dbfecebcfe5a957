-- title: Import whose entries hold the time of a calendar's events, or the other way round
-- note: At least a fifth of the events must count twice.

select import.import_id as earlier_id, import.file_name, count(*) as items
from covered_event
inner join import on import.import_id = covered_event.earlier_id
group by 1, 2
having 5 * count(*) >= any_value(covered_event.events)
order by items desc, earlier_id
limit 1
