"""Watch folders: import each file that is dropped there once, when it is whole, and keep why one could not be."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboard.error_log import describe_unexpected
from dashboard.errors import DashboardError, NoRoom, StoreBusy, UnreadableFile, is_disk_full
from dashboard.importers.contract import Settings
from dashboard.importers.readers.file_trees import is_tree
from dashboard.ingest.batch import are_items, group_items, hash_file, import_path, list_item_files, walk_folder
from dashboard.ingest.results import ImportFailure, ImportResult, NothingToPublish
from dashboard.ingest.unnamed_project import recall_project
from dashboard.store.generations import DISK_ERROR

if TYPE_CHECKING:
    from dashboard.store.generations import Store
    from dashboard.store.snapshot import Change, Snapshot

EVERY_SECONDS = 10.0
FILES_AT_ONCE = 50  # in one change: nobody else can change the store meanwhile, and a crash loses no more
UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".swp")
IS_KNOWN_SQL = """
    select 1 where exists (from watched_file where folder = $folder and file_hash = $hash)
        or exists (from import where split_part(file_sha256, '/', 1) = $hash)
"""
Outcome = ImportResult | ImportFailure
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class DroppedFile:
    """A file in a watched folder, or a folder in it that is one export."""

    folder: Path
    path: Path

    @property
    def name(self) -> str:
        """Return its path below the folder, as text that can be stored: a name need not be text on every system."""
        place = self.path.relative_to(self.folder).as_posix() if self.path != self.folder else self.folder.name
        return os.fsencode(place).decode(errors="replace")

    def list_parts(self) -> list[Path]:
        """Return the file, or the files of an export that is a folder: all of them, or its items."""
        if not self.path.is_dir():
            return [self.path]
        if is_tree(self.path):
            return sorted(path for path in self.path.rglob("*") if path.is_file())
        return list_item_files(self.path)

    def read_stamp(self) -> Stamp:
        """Return path, size and time of change of each part; two equal stamps in a row tell that nobody writes."""
        stats = ((path, path.stat()) for path in self.list_parts())
        return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats)

    def hash_content(self) -> str:
        """Return a SHA-256 of the file; of an export that is a folder, one of its parts' stamps."""
        if self.path.is_dir():
            return sha256(json.dumps(self.read_stamp()).encode()).hexdigest()
        return hash_file(self.path)


class BrokenFile(Exception):
    """A file whose import met an error that nobody expected."""

    def __init__(self, file: DroppedFile) -> None:
        super().__init__(file.name)
        self.file = file


@dataclass
class Watcher:
    """Looks at the watched folders of a store again and again; a file is read once it is the same at two looks."""

    store: Store
    who: str | None = None
    _stamps: dict[Path, Stamp] = field(default_factory=dict)
    _done: dict[Path, Stamp] = field(default_factory=dict)
    _judged: dict[Stamp, bool] = field(default_factory=dict)  # two files -> whether they are items of one export

    def look(self) -> list[Outcome]:
        """Import the files that are new, whole and not in the store; return what came of them.

        Raises:
            StoreBusy or StoreUnusable: as `Store.change`; the files are tried again at the next look.
        """
        if not self.store.exists():
            return []
        with self.store.snapshot() as snapshot:
            files = self._list_whole_files(list_active(snapshot))
            new_files = [file for file in files if not is_known(snapshot, file)]
        outcomes: list[Outcome] = []
        for first in range(0, len(new_files), FILES_AT_ONCE):
            outcomes += self._import_files(new_files[first : first + FILES_AT_ONCE])
        self._done |= {file.path: self._stamps[file.path] for file in files}
        return outcomes

    def _import_files(self, files: Sequence[DroppedFile]) -> list[Outcome]:
        """Import files in one change; one that breaks it is kept as a failure in another change, with the others."""
        broken: dict[Path, ImportFailure] = {}
        while True:
            try:
                return self._publish_files(files, broken)
            except BrokenFile as error:
                words = describe_unexpected(error.__cause__ or error)
                problem = UnreadableFile(f'"{error.file.name}" cannot be imported.', words)
                broken[error.file.path] = ImportFailure(error.file.name, problem)

    def _publish_files(self, files: Sequence[DroppedFile], broken: Mapping[Path, ImportFailure]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        with suppress(NothingToPublish), self.store.change("import from a watched folder", self.who) as change:
            for file in files:
                outcomes += import_dropped(change, file, self.who, broken.get(file.path))
            if not outcomes:  # somebody else imported them meanwhile
                raise NothingToPublish(outcomes)
        return outcomes

    def _list_whole_files(self, folders: Sequence[Path]) -> list[DroppedFile]:
        """Return the files that did not change since the look before and were not read since."""
        whole, stamps = [], {}
        for file in (file for folder in folders for file in list_dropped_files(folder, self._are_items)):
            with suppress(OSError):  # it went away
                stamps[file.path] = file.read_stamp()
                is_quiet = self._stamps.get(file.path) == stamps[file.path]
                if is_quiet and self._done.get(file.path) != stamps[file.path]:
                    whole.append(file)
        self._stamps = stamps
        return whole

    def _are_items(self, files: Sequence[Path]) -> bool:
        """Return whether files are items of one export, looking into them once."""
        stamp = tuple(part for file in files for part in DroppedFile(file.parent, file).read_stamp())
        if stamp not in self._judged:
            self._judged[stamp] = are_items(files)
        return self._judged[stamp]

    def run(
        self,
        stop: threading.Event,
        every: float,
        report: Callable[[list[Outcome]], None],
        report_problem: Callable[[DashboardError], None],
    ) -> None:
        """Look until stopped; a store that is busy, damaged or on a full disk is told once and tried again."""
        problem = ""
        while not stop.is_set():
            try:
                outcomes = self.look()
                problem = ""
                if outcomes:
                    report(outcomes)
            except StoreBusy:
                pass
            except DashboardError as error:
                if str(error) != problem:
                    report_problem(error)
                problem = str(error)
            stop.wait(every)


def list_dropped_files(folder: Path, judge: Callable[[Sequence[Path]], bool]) -> Iterator[DroppedFile]:
    """Yield the visible files below a folder, and for the items of one export, which `judge` knows, their folder.

    Neither links, which lead out of the folder, nor what is being downloaded are among them.
    """
    # A drive that is not mounted is there again at a later look; no part that cannot be listed keeps out the others.
    paths = (path for path in walk_folder(folder, lambda *_: None) if path != folder and is_whole_file(path))
    for path in group_items(paths, judge):
        yield DroppedFile(folder, path)


def is_whole_file(path: Path) -> bool:
    """Return whether a path is no link, and not named as what is still being downloaded."""
    return not path.is_symlink() and not path.name.lower().endswith(UNFINISHED)


def is_known(snapshot: Snapshot, file: DroppedFile) -> bool:
    """Return whether the content was seen in this folder or is in the history; what was undone stays undone."""
    return find_new_hash(snapshot, file) is None


def find_new_hash(snapshot: Snapshot, file: DroppedFile) -> str | None:
    """Return the hash of a content that is not known yet; None for one that is, and for a file that went away."""
    with suppress(OSError):
        content_hash = file.hash_content()
        params: dict[str, object] = {"folder": str(file.folder), "hash": content_hash}
        return content_hash if snapshot.query(IS_KNOWN_SQL, params).is_empty() else None
    return None


def import_dropped(
    change: Change, file: DroppedFile, who: str | None, failure: ImportFailure | None = None
) -> list[Outcome]:
    """Import one file inside an open change, unless it is known to fail, and keep what came of it."""
    content_hash = find_new_hash(change, file)  # before it is read: what is written meanwhile is for a later look
    if content_hash is None:
        return []
    if not failure:
        change.copy_facts()  # a disk without room for them is no fault of the file
    outcomes: list[Outcome] = [failure] if failure else import_whole(change, file, who)
    problems = [str(outcome.error) for outcome in outcomes if isinstance(outcome, ImportFailure)]
    change.execute(
        "delete from watched_file where folder = $folder and file_name = $name",
        {"folder": str(file.folder), "name": file.name},
    )
    row = {
        "folder": str(file.folder),
        "file_name": file.name,
        "file_hash": content_hash,
        "seen_at": datetime.now(tz=UTC).replace(tzinfo=None),
        "problem": " ".join(problems) or None,
    }
    change.insert("watched_file", pl.DataFrame([row], schema_overrides={"problem": pl.String}))
    return outcomes


def import_whole(change: Change, file: DroppedFile, who: str | None) -> list[Outcome]:
    """Import one file inside an open change.

    Raises:
        BrokenFile: it met an error that nobody expected, so that the change may hold a part of it.
        NoRoom: a disk is full, which is no fault of the file.
    """
    try:
        settings = Settings(project=recall_project(change, file.name, str(file.folder)).project, recalls=True)
        outcomes: list[Outcome] = [*import_path(change, file.path, settings, who, None, file.name, None)]
    except (DashboardError, DISK_ERROR):
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        if is_disk_full(error):
            raise NoRoom(tempfile.gettempdir()) from error
        raise BrokenFile(file) from error
    for outcome in outcomes:
        if isinstance(outcome, ImportFailure) and isinstance(outcome.error, NoRoom):
            raise outcome.error
    return outcomes


def list_active(snapshot: Snapshot) -> list[Path]:
    """Return the folders in watch."""
    folders = snapshot.query("select folder from watched_folder where active order by folder")
    return [Path(folder) for folder in folders.get_column("folder")]


def watch_folder(store: Store, folder: Path, *, active: bool, who: str | None = None) -> None:
    """Begin to watch a folder, or stop; what was imported from it stays.

    Raises:
        UnreadableFile: it is no folder, holds the store, or has a name that is no text.
    """
    path = folder.resolve()
    if os.fsencode(path).decode(errors="replace") != str(path):
        raise UnreadableFile("The path of that folder is no text in UTF-8.", "Rename the folder, then watch it.")
    if active and not path.is_dir():
        raise UnreadableFile(f"There is no folder {folder}.", "Name the folder that exports are dropped into.")
    if active and store.folder.resolve().is_relative_to(path):
        raise UnreadableFile(f"{folder} holds the store itself.", "Name a folder for exports alone.")
    with store.change(f"{'watch' if active else 'stop watching'} a folder", who) as change:
        change.execute(
            "insert or replace into watched_folder values ($folder, $active)", {"folder": str(path), "active": active}
        )


def start_watcher(store: Store) -> None:
    """Watch the store's folders in a thread that ends with the program."""
    from dashboard.error_log import record_error  # noqa: PLC0415 - only a thread needs it

    def run() -> None:
        watcher, stop = Watcher(store), threading.Event()
        while not stop.is_set():
            try:
                watcher.run(stop, EVERY_SECONDS, lambda _: None, lambda _: None)  # the pages tell it
            except Exception as error:  # noqa: BLE001 - one bad file must not end the watch
                record_error(error)
                stop.wait(EVERY_SECONDS)

    threading.Thread(target=run, daemon=True, name="watch").start()
