"""Files in, files out: import all of them, each that can be, or none; preview; undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path

from dashboard.errors import DashboardError, UnknownImport
from dashboard.importers import gate
from dashboard.importers.contract import Settings
from dashboard.ingest.results import Failed, Imported, NothingToPublish
from dashboard.ingest.table import Progress, one
from dashboard.store import Change, Store


def inputs(paths: Sequence[Path]) -> list[Path]:
    """Return the files named, and those inside the folders named, hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [entry for entry in path.rglob("*") if entry.is_file()]
            found += sorted(
                entry for entry in inside if not any(part.startswith(".") for part in entry.relative_to(path).parts)
            )
        else:
            found.append(path)
    return found


def add_each(
    store: Store,
    paths: Sequence[Path],
    settings: Settings,
    *,
    who: str | None = None,
    source: str | None = None,
    names: dict[Path, str] | None = None,
    progress: Progress | None = None,
) -> list[Imported | Failed]:
    """Import every file that can be imported, all into one generation; the others are named with their cause."""
    outcomes: list[Imported | Failed] = []
    with store.change("import", who) as change:
        for path in inputs(paths):
            outcomes += each_of(change, path, settings, who, source, (names or {}).get(path), progress)
        if not any(isinstance(outcome, Imported) for outcome in outcomes):
            raise NothingToPublish(outcomes)
    return outcomes


def each_of(
    change: Change,
    path: Path,
    settings: Settings,
    who: str | None,
    only: str | None,
    name: str | None,
    progress: Progress | None,
) -> list[Imported | Failed]:
    """Import the tables of one path; a cause to fail becomes a value."""
    outcomes: list[Imported | Failed] = []
    try:
        with gate.opened(path, name) as sources:
            sha256, sole = digest(path), len(sources) == 1
            for source in sources:
                try:
                    outcomes.append(one(change, source, settings, who, only, sha256, progress, sole=sole))
                except DashboardError as error:
                    outcomes.append(Failed(source.name, error))
    except DashboardError as error:
        outcomes.append(Failed(name or path.name, error))
    return outcomes


def add(
    store: Store,
    paths: Sequence[Path],
    settings: Settings,
    *,
    who: str | None = None,
    source: str | None = None,
    names: dict[Path, str] | None = None,
    progress: Progress | None = None,
) -> list[Imported]:
    """Import all files, or none of them.

    Raises:
        DashboardError: the first file's cause; the store is as it was.
    """
    with store.change("import", who) as change:
        return whole(change, inputs(paths), settings, who, source, names or {}, progress)


def preview(
    store: Store, path: Path, settings: Settings, *, name: str | None = None, source: str | None = None
) -> list[Imported]:
    """Return exactly what `add` would do with a file, without doing it.

    Raises:
        DashboardError: what `add` would raise.
    """
    with store.rehearsal() as change:
        outcome = whole(change, [path], settings, None, source, {path: name} if name else {}, None)
    return [replace(imported, import_id=None) for imported in outcome]


def whole(
    change: Change,
    paths: Sequence[Path],
    settings: Settings,
    who: str | None,
    source: str | None,
    names: dict[Path, str],
    progress: Progress | None,
) -> list[Imported]:
    """Import every file inside an open change; the first failure ends it."""
    done: list[Imported] = []
    for path in paths:
        for outcome in each_of(change, path, settings, who, source, names.get(path), progress):
            if isinstance(outcome, Failed):
                raise outcome.error
            done.append(outcome)
    return done


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def undo(store: Store, import_id: int, who: str | None = None) -> None:
    """Take an import back: every total is as if it had never been made; its history line stays, marked.

    Raises:
        UnknownImport: there is no such import, or it was undone already.
    """
    with store.change(f"undo import {import_id}", who) as change:
        found = change.query("select undone_at from import where import_id = $id", {"id": import_id})
        if found.is_empty():
            raise UnknownImport(f"There is no import {import_id}.", "`labeltime imports` lists them.")
        if found.item() is not None:
            raise UnknownImport(
                f"Import {import_id} was undone already.", "`labeltime imports` lists what is in force."
            )
        change.remove_import(import_id)
        change.execute(
            "update import set undone_at = cast(now() as timestamp), undone_by = $who where import_id = $id",
            {"id": import_id, "who": who},
        )


def remembered_zone(store: Store) -> str | None:
    """Return the time zone that the lead gave at an earlier import."""
    with store.snapshot() as snapshot:
        return snapshot.meta("zone")
