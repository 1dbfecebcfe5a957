"""From a file to the store: recognise, read, key, add; preview and undo.

Every record ends as accepted, duplicate or rejected, and the three add up to the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import file_digest
from pathlib import Path

import polars as pl

from dashboard.errors import AmbiguousFormat, BadMapping, DashboardError, UnknownFormat, UnknownImport, UnreadableFile
from dashboard.importers import IMPORTERS, gate, generic
from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.schemas import BAD_ROW, Kind, bad_rows
from dashboard.store import Change, Store, texts

Progress = Callable[[str, int], None]
SQL = dict(texts("ingest"))


@dataclass(frozen=True)
class Imported:
    """What became of one file: rows_read = accepted + duplicate + rejected."""

    source: str
    kind: Kind
    file_name: str
    import_id: int | None
    rows_read: int
    accepted: int
    duplicate: int
    rejected: int
    seconds_total: int  # of the accepted rows; labeling time in whole seconds
    first_day: date | None
    last_day: date | None
    zone: str | None = None
    date_order: str | None = None
    encoding: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rejects: pl.DataFrame = field(default_factory=bad_rows)
    first_rows: pl.DataFrame = field(default_factory=pl.DataFrame)  # as they are stored
    by_category: pl.DataFrame = field(default_factory=pl.DataFrame)  # category, entries, seconds


@dataclass(frozen=True)
class Failed:
    """A file of which nothing was imported, and why."""

    file_name: str
    error: DashboardError


def recognise(head: Head, name: str, settings: Settings, only: str | None = None) -> Importer:
    """Return the one importer that knows this file.

    Raises:
        UnknownFormat: none does, or `only` names no importer.
        AmbiguousFormat: several do.
    """
    if settings.mapping is not None:
        return generic.IMPORTER
    known = {importer.name: importer for importer in IMPORTERS}
    if only is not None:
        if only not in known:
            raise UnknownFormat(f"There is no importer {only!r}.", f"Known: {', '.join(known)}.")
        return known[only]
    found = [importer for importer in IMPORTERS if importer.recognises(head)]
    if not found:
        raise UnknownFormat(f"{name}: no importer recognises this file.{columns_of(head)}", mapping_hint())
    if len(found) > 1:
        names = ", ".join(importer.name for importer in found)
        raise AmbiguousFormat(f"{name}: several importers recognise this file: {names}.", "Name one with --source.")
    return found[0]


def columns_of(head: Head) -> str:
    """Return a short sentence on the columns of a file, for messages."""
    shown = ", ".join(head.header[:12]) + (" ..." if len(head.header) > 12 else "")  # noqa: PLR2004 - fits a line
    return f" Its columns: {shown}." if head.header else ""


def mapping_hint() -> str:
    """Return what to do with a file that nobody recognises."""
    titles = ", ".join(importer.title for importer in IMPORTERS)
    return f"Known exports: {titles}. Any other table can be imported with a column mapping (--mapping FILE)."


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


class NothingToPublish(DashboardError):  # noqa: N818 - named for what happened
    """No file could be imported; leaves the store as it was."""

    def __init__(self, outcomes: list[Imported | Failed]) -> None:
        failed = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
        super().__init__(" ".join(str(outcome.error) for outcome in failed) or "There is no file to import.")
        self.failed = failed


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
            for source in sources:
                try:
                    outcomes.append(one(change, source, settings, who, only, digest(path), progress))
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


def one(
    change: Change,
    source: Source,
    settings: Settings,
    who: str | None,
    only: str | None,
    sha256: str,
    progress: Progress | None,
) -> Imported:
    """Import one table inside an open change."""
    importer = recognise(source.head(), source.name, settings, only)
    remembered = change.meta("zone") if settings.zone is None else None
    reading = importer.read(source, replace(settings, zone=settings.zone or remembered, today=today(settings)))
    refuse_other_zone(change, source.name, sha256, reading)
    rows_read, rejects = stage(change, importer.kind, reading, importer.name, source.name, progress)
    if not rows_read:
        raise UnreadableFile(f"{source.name}: the file holds no rows.", "Export it again for a period with entries.")
    result = settle(change, importer, source, reading, rows_read, rejects)
    warnings = [*result.warnings, *reading.warnings, *reading.closing(), *doubts(change, result, today(settings))]
    if remembered and reading.zone == remembered:
        warnings.append(f"Read in the time zone {remembered}, as told at an earlier import.")
    elif settings.zone and reading.zone == settings.zone:
        change.set_meta("zone", settings.zone)
    result = replace(result, warnings=tuple(warnings))
    record(change, result, who, sha256)
    return result


def today(settings: Settings) -> date:
    """Return the day that counts as today."""
    return settings.today or datetime.now(tz=UTC).date()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def refuse_other_zone(change: Change, name: str, sha256: str, reading: Reading) -> None:
    """Refuse a file that is in the store already, read in another zone: its rows would count twice.

    Raises:
        BadMapping: naming the import to undo first.
    """
    known = change.query(
        "select import_id, zone from import where file_sha256 = $sha and file_name = $name and undone_at is null"
        " and zone is distinct from $zone and accepted > 0 order by import_id limit 1",
        {"sha": sha256, "name": name, "zone": reading.zone},
    )
    if not known.is_empty():
        earlier, zone = known.row(0)
        raise BadMapping(
            f"{name} is in the store as import {earlier}, read in the time zone {zone}.",
            f"To read it in {reading.zone}, undo import {earlier} first.",
        )


def stage(
    change: Change, kind: Kind, reading: Reading, source: str, name: str, progress: Progress | None
) -> tuple[int, pl.DataFrame]:
    """Key all batches into the temporary table `staged`; returns rows read and the rejected ones."""
    change.execute("drop table if exists staged")
    change.execute(
        f"create temp table staged as select * exclude (import_id, source, occurrence), true as has_id"  # noqa: S608
        f" from {kind} limit 0"  # fixed names
    )
    rows_read, bad = 0, []
    for batch in reading.batches:
        if batch.rows != batch.accepted.height + batch.bad.height:
            raise UnreadableFile(f"{name}: {batch.rows} rows were read but not all accounted for.", "Report this file.")
        change.load(batch.accepted, SQL[f"stage_{kind}.sql"], {"source": source} if kind == "time_entry" else {})
        rows_read += batch.rows
        bad.append(batch.bad)
        if progress:
            progress(name, rows_read)
    return rows_read, pl.concat(bad) if bad else bad_rows()


def settle(
    change: Change, importer: Importer, source: Source, reading: Reading, rows_read: int, rejects: pl.DataFrame
) -> Imported:
    """Add what is new of the staged rows and say what became of them."""
    import_id = int(change.query("select coalesce(max(import_id), 0) + 1 as next from import").item())
    key = {"import_id": import_id, "source": importer.name}
    change.execute(SQL["add_facts.sql"].replace("fact_table", importer.kind), key)
    if importer.kind == "time_entry":
        change.categorize()
    change.add_rollups(import_id)
    seconds = (
        "cast(coalesce(sum(milliseconds), 0) as bigint) // 1000"
        if importer.kind == "labeling_event"
        else ("cast(coalesce(sum(seconds), 0) as bigint)")
    )
    accepted, total, first, last = change.query(
        f"select count(*), {seconds}, min(day_on), max(day_on) from {importer.kind}"  # noqa: S608 - fixed names
        " where import_id = $import_id",
        {"import_id": import_id},
    ).row(0)
    change.execute("drop table staged")
    return Imported(
        source=importer.name,
        kind=importer.kind,
        file_name=source.name,
        import_id=import_id,
        rows_read=rows_read,
        accepted=accepted,
        duplicate=rows_read - rejects.height - accepted,
        rejected=rejects.height,
        seconds_total=total,
        first_day=first,
        last_day=last,
        zone=reading.zone,
        date_order=reading.date_order,
        encoding=reading.encoding or source.encoding,
        columns=reading.columns,
        unused=reading.unused,
        rejects=rejects.sort("line"),
        first_rows=sample(change, importer.kind, import_id),
        by_category=categories(change, import_id),
    )


def sample(change: Change, kind: Kind, import_id: int) -> pl.DataFrame:
    """Return the first 8 rows of an import as they are stored."""
    wanted = {
        "time_entry": "line, day_on, started_local, person, client, project, task, description, tags, seconds, category",
        "labeling_event": "line, day_on, finished_at, person, project, item, stage, outcome, method, suggestion,"
        " milliseconds, time_kind, objects",
        "experiment_run": "line, day_on, run, project, person, state, seconds, metric, value, labels_used",
    }[kind]
    table = "categorized_time" if kind == "time_entry" else kind
    return change.query(
        f"select {wanted} from {table} where import_id = $id order by line limit 8",  # noqa: S608 - fixed names
        {"id": import_id},
    )


def categories(change: Change, import_id: int) -> pl.DataFrame:
    """Return entries and seconds of an import by category."""
    return change.query(
        "select category, cast(sum(entries) as bigint) as entries, cast(sum(seconds) as bigint) as seconds"
        " from time_day where import_id = $id and scheme = 'activity' group by category order by 3 desc, 1",
        {"id": import_id},
    )


def doubts(change: Change, result: Imported, now: date) -> Iterator[str]:
    """Yield a sentence for each thing that looks odd in the accepted rows."""
    if result.kind != "time_entry" or not result.accepted:
        return
    found = change.query(SQL["doubts_time_entry.sql"], {"import_id": result.import_id, "today": now}).row(0, named=True)
    sentences = {
        "overlapping": "begin before an earlier entry of the same person ends; both count in full",
        "over_a_day": "are longer than 24 h",
        "over_twelve_hours": "are longer than 12 h",
        "in_the_future": "lie in the future",
        "without_project": "name no project",
        "without_length": "have a length of zero",
    }
    for name, sentence in sentences.items():
        if found[name]:
            yield f"{found[name]} of {result.accepted} new entries {sentence}."


def record(change: Change, result: Imported, who: str | None, sha256: str) -> None:
    """Write the import's line of history and its rejected rows."""
    row = {
        "import_id": result.import_id,
        "source": result.source,
        "kind": result.kind,
        "file_name": result.file_name,
        "file_sha256": sha256,
        "imported_at": datetime.now(tz=UTC),
        "imported_by": who,
        "rows_read": result.rows_read,
        "accepted": result.accepted,
        "duplicate": result.duplicate,
        "rejected": result.rejected,
        "seconds_total": result.seconds_total,
        "first_day": result.first_day,
        "last_day": result.last_day,
        "zone": result.zone,
        "date_order": result.date_order,
        "warnings": "\n".join(result.warnings),
    }
    change.insert("import", pl.DataFrame([row]))
    rejects = result.rejects.select(list(BAD_ROW)).with_columns(pl.lit(result.import_id, pl.Int32).alias("import_id"))
    change.insert("bad_row", rejects)


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
