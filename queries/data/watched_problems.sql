-- title: Files of watched folders that could not be imported
-- unit: files
-- note: Those of folders in watch that were not imported in another way meanwhile, the newest first.
-- parameters: none

select found.folder, found.file_name, found.seen_at, found.problem
from watched_file as found
inner join watched_folder as watched on watched.folder = found.folder and watched.active
where found.problem is not null
    and not exists (
        from import
        where import.undone_at is null and split_part(import.file_sha256, '/', 1) = found.file_hash
    )
order by found.seen_at desc, found.folder, found.file_name
