"""Import files: all or none of them, or each that can be; preview; undo."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest
from itertools import groupby
from pathlib import Path
from typing import NoReturn

from dashboard.errors import DashboardError, NoRows, UnknownImport, UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.importers.readers.archives import is_media, is_system_file
from dashboard.importers.readers.file_trees import is_tree, pack_items, pack_tree
from dashboard.importers.readers.regular_files import open_regular
from dashboard.ingest.add import Progress, import_table
from dashboard.ingest.add_rollups import import_rollups
from dashboard.ingest.counted_once import check_counted_once
from dashboard.ingest.isolation import open_isolated
from dashboard.ingest.repeated import drop_repeated
from dashboard.ingest.results import ImportFailure, ImportResult, NothingToPublish
from dashboard.ingest.rollup_folder import is_rollup_folder
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

MAX_DEPTH = 50  # of folders in folders
MAX_PATH_WORDS = 300  # characters of a path in a message


def list_input_files(paths: Sequence[Path]) -> list[Path]:
    """Return the given files, and those inside the given folders except hidden ones, pictures and the like.

    A folder that is one export, such as an MLflow file store, stays one, as does one with a file for each item.

    Raises:
        UnreadableFile: a folder cannot be listed.
    """
    files: list[Path] = []
    for path in paths:
        files += group_items(walk_folder(path, refuse_folder)) if path.is_dir() else [path]
    return files


def group_items(files: Iterable[Path], judge: Callable[[Sequence[Path]], bool] | None = None) -> Iterator[Path]:
    """Yield the files, but for those of a folder that are the items of one export the folder itself.

    `judge` says whether the first two are items, by default `are_items`.
    """
    for folder, several in groupby(files, lambda file: file.parent):
        inner = list(several)
        items = [file for file in inner if is_item_file(file)]
        if len(items) > 1 and (judge or are_items)(items[:2]):
            yield folder
            yield from (file for file in inner if file not in items)
        else:
            yield from inner


def is_item_file(file: Path) -> bool:
    """Return whether a file may be one of the items of an export, by its name alone."""
    return file.suffix.lower() == ".json" and file.is_file() and not file.is_symlink()


def list_item_files(folder: Path) -> list[Path]:
    """Return the files of a folder that may be items of an export."""
    return sorted(file for file in folder.iterdir() if is_item_file(file) and not is_system_file(file.name))


def are_items(files: Sequence[Path]) -> bool:
    """Return whether files are items of one export: together they are one source."""
    try:
        with pack_items(files) as packed, open_isolated(packed) as sources:
            return [source.name for source in sources] == [packed.name]
    except (DashboardError, OSError):
        return False


def refuse_folder(folder: Path, error: OSError) -> NoReturn:
    """Refuse to import a folder of which a part would be left out.

    Raises:
        UnreadableFile: always.
    """
    name = str(folder) if len(str(folder)) <= MAX_PATH_WORDS else f"{str(folder)[:MAX_PATH_WORDS]}..."
    raise UnreadableFile(f"The folder {name} cannot be read: {error.strerror}.", "Name the files in it instead.")


def walk_folder(folder: Path, skip: Callable[[Path, OSError], None], depth: int = MAX_DEPTH) -> Iterator[Path]:
    """Yield the visible files below a folder; a folder in it that cannot be listed goes to `skip`."""
    entries: list[tuple[Path, bool]] = []
    if not depth:
        skip(folder, OSError(errno.ELOOP, "nested too deeply"))
        return
    try:
        if is_tree(folder) or is_rollup_folder(folder):
            yield folder
            return
        for entry in sorted(entry for entry in folder.iterdir() if not is_system_file(entry.name)):
            is_folder = entry.is_dir() and not entry.is_symlink()
            if is_folder or (entry.is_file() and not is_media(entry.name)):
                entries.append((entry, is_folder))
    except OSError as error:
        skip(folder, error)
        return
    for entry, is_folder in entries:
        if is_folder:
            yield from walk_folder(entry, skip, depth - 1)
        else:
            yield entry


def import_each_file(
    store: Store,
    paths: Sequence[Path],
    settings: Settings,
    *,
    who: str | None = None,
    source: str | None = None,
    names: dict[Path, str] | None = None,
    progress: Progress | None = None,
) -> list[ImportResult | ImportFailure]:
    """Import every file that can be imported, all into one generation; return the others with their errors.

    Files that replace an import are imported all or none of them.

    Raises:
        NothingToPublish: no file can be imported or is new, or not all of those that replace an import can be.
    """
    outcomes: list[ImportResult | ImportFailure] = []
    with store.change("import", who) as change:
        take_back_replaced(change, settings, who)
        for path in list_input_files(paths):
            outcomes += import_path(change, path, settings, who, source, (names or {}).get(path), progress)
        is_done = [isinstance(outcome, ImportResult) for outcome in outcomes]
        if not is_any_new(outcomes) or (settings.replaces is not None and not all(is_done)):
            raise NothingToPublish(outcomes)
    return outcomes


def is_any_new(outcomes: Sequence[ImportResult | ImportFailure]) -> bool:
    """Return whether an import stands in the history: some file was imported, and not for the second time."""
    return any(isinstance(outcome, ImportResult) and outcome.import_id is not None for outcome in outcomes)


def import_path(
    change: Change,
    path: Path,
    settings: Settings,
    who: str | None,
    importer_name: str | None,
    name: str | None,
    progress: Progress | None,
) -> list[ImportResult | ImportFailure]:
    """Import the tables of one path; errors are returned, not raised."""
    if is_rollup_folder(path):
        return [import_sums(change, path, who)]
    if path.is_dir():
        items = list_item_files(path)
        with pack_items(items) if items and not is_tree(path) else pack_tree(path) as packed:
            return import_path(change, packed, settings, who, importer_name, name or path.name, progress)
    outcomes: list[ImportResult | ImportFailure] = []
    # Before it is read: to a file that still grows, what comes later is new, and not taken for known.
    with suppress(OSError):  # what cannot be hashed cannot be opened, and that is told there
        sha256 = hash_file(path) if path.is_file() else ""
    try:
        with open_isolated(path, name) as sources:
            for number, source in enumerate(sources, start=1):
                table_hash = sha256 if len(sources) == 1 else f"{sha256}/{number}"
                try:
                    result = import_table(change, source, settings, who, importer_name, table_hash, progress)
                    # A pull says itself which of its parts stay in the history.
                    outcomes.append(result if settings.is_part else drop_repeated(change, result, table_hash))
                except DashboardError as error:
                    outcomes.append(ImportFailure(source.name, error))
    except DashboardError as error:
        outcomes.append(ImportFailure(name or path.name, error))
    return forgive_empty_parts(outcomes)


def import_sums(change: Change, folder: Path, who: str | None) -> ImportResult | ImportFailure:
    """Import a folder of rollups; an error is returned, not raised, and leaves nothing of it."""
    try:
        return import_rollups(change, folder, who)
    except DashboardError as error:
        change.execute("delete from rolled_month where import_id not in (select import_id from import)")
        change.execute("delete from rolled_day where sha256 not in (select sha256 from rolled_month)")
        return ImportFailure(folder.name, error)


def forgive_empty_parts(outcomes: list[ImportResult | ImportFailure]) -> list[ImportResult | ImportFailure]:
    """Return the outcomes of one path; where a part of it was imported, another without rows is told and no failure."""
    is_empty = [isinstance(outcome, ImportFailure) and isinstance(outcome.error, NoRows) for outcome in outcomes]
    kept = [outcome for outcome, empty in zip(outcomes, is_empty, strict=True) if not empty]
    first = next((outcome for outcome in kept if isinstance(outcome, ImportResult)), None)
    if first is None or len(kept) == len(outcomes):
        return outcomes
    names = [outcome.file_name.rsplit(": ", 1)[-1] for outcome, empty in zip(outcomes, is_empty, strict=True) if empty]
    words = f"Without rows: {', '.join(names)}."
    return [replace(outcome, warnings=(*first.warnings, words)) if outcome is first else outcome for outcome in kept]


def import_files(
    store: Store,
    paths: Sequence[Path],
    settings: Settings,
    *,
    who: str | None = None,
    source: str | None = None,
    names: dict[Path, str] | None = None,
    progress: Progress | None = None,
) -> list[ImportResult]:
    """Import all files, or none of them; where none is new, the store stays as it was.

    Raises:
        DashboardError: the first file's error; the store stays as it was.
    """
    results: list[ImportResult] = []
    with suppress(NothingToPublish), store.change("import", who) as change:
        take_back_replaced(change, settings, who)
        results = import_all(change, list_input_files(paths), settings, who, source, names or {}, progress)
        if not is_any_new(results):
            raise NothingToPublish([*results])
    return results


def preview_import(
    store: Store,
    path: Path,
    settings: Settings,
    *,
    name: str | None = None,
    source: str | None = None,
) -> list[ImportResult]:
    """Return exactly what `import_files` would do with a file, without doing it.

    Raises:
        DashboardError: what `import_files` would raise.
    """
    with store.try_change() as change:
        take_back_replaced(change, settings, None)
        results = import_all(change, [path], settings, None, source, {path: name} if name else {}, None)
    return [replace(result, import_id=None) for result in results]


def import_all(
    change: Change,
    paths: Sequence[Path],
    settings: Settings,
    who: str | None,
    source: str | None,
    names: dict[Path, str],
    progress: Progress | None,
) -> list[ImportResult]:
    """Import every file inside an open change; raise the first failure."""
    results: list[ImportResult] = []
    for path in paths:
        for outcome in import_path(change, path, settings, who, source, names.get(path), progress):
            if isinstance(outcome, ImportFailure):
                raise outcome.error
            results.append(outcome)
    return results


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with open_regular(path, follows_link=True) as stream:
        return file_digest(stream, "sha256").hexdigest()


def undo_import(store: Store, import_id: int, who: str | None = None) -> None:
    """Undo an import: the store is as if it had never been made; its history line stays, marked.

    Raises:
        UnknownImport: there is no such import, or it was already undone.
    """
    with store.change(f"undo import {import_id}", who) as change:
        take_back_import(change, import_id, who)


def take_back_replaced(change: Change, settings: Settings, who: str | None) -> None:
    """Take the import out of force that the files to come replace; raises as `take_back_import`."""
    if settings.replaces is not None:
        take_back_import(change, settings.replaces, who)


def take_back_import(change: Change, import_id: int, who: str | None) -> None:
    """Take an import out of force inside an open change.

    Raises:
        UnknownImport: there is no such import, or it was already undone.
    """
    earlier = change.query("select undone_at from import where import_id = $id", {"id": import_id})
    if earlier.is_empty():
        raise UnknownImport(f"There is no import {import_id}.", "`labeltime imports` lists them.")
    if earlier.item() is not None:
        raise UnknownImport(
            f"Import {import_id} was already undone.", "`labeltime imports` lists the imports in force."
        )
    change.remove_import(import_id)
    check_counted_once(change)
    change.execute(
        "update import set undone_at = cast(now() as timestamp), undone_by = $who where import_id = $id",
        {"id": import_id, "who": who},
    )
