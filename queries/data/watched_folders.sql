-- title: Watched folders
-- unit: files
-- note: How many files each folder gave, and when the newest was seen.
-- parameters: none

select
    watched.folder, watched.active, count(found.file_hash) as files, max(found.seen_at) as seen_at
from watched_folder as watched
left join watched_file as found on found.folder = watched.folder
group by 1, 2
order by watched.folder
