-- title: Time by day, person, project and category
-- note: An entry over local midnight adds time to each of its days; entries are counted on the day they began.

select
    piece.import_id, piece.source, coalesce(activity.scheme, 'activity') as scheme, piece.day_on, piece.person,
    piece.client, piece.project,
    coalesce(piece.category, activity.category, 'uncategorized') as category,
    cast(sum(piece.seconds) as bigint) as seconds,
    cast(sum(piece.begun) as bigint) as entries
from time_piece as piece
left join activity on activity.activity_key = piece.activity_key
group by 1, 2, 3, 4, 5, 6, 7, 8
