"""One table into an open change: read, key, add, record; rows_read = accepted + duplicate + rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl

from dashboard.errors import BadMapping, DashboardError, UnreadableFile
from dashboard.importers.contract import Importer, Reading, Settings, Source
from dashboard.ingest.recognise import recognise
from dashboard.ingest.results import Imported
from dashboard.schemas import BAD_ROW, Kind, bad_rows
from dashboard.store import Change, texts

Progress = Callable[[str, int], None]
SQL = dict(texts("ingest"))
SECONDS: dict[Kind, str] = {  # where a fact's time is not a sum of seconds
    "labeling_event": "cast(coalesce(sum(milliseconds), 0) as bigint) // 1000",
    "quality_report": "cast(0 as bigint)",
}
SAMPLE_COLUMNS: dict[Kind, str] = {
    "time_entry": "line, day_on, started_local, person, client, project, task, description, tags, seconds, category",
    "labeling_event": "line, day_on, finished_at, person, project, item, stage, outcome, method, suggestion,"
    " milliseconds, time_kind, objects",
    "experiment_run": "line, day_on, run, project, person, state, seconds, metric, value, labels_used",
    "quality_report": "line, day_on, report, project, metric, value, scale_high, reference",
}


def one(
    change: Change,
    source: Source,
    settings: Settings,
    who: str | None,
    only: str | None,
    sha256: str,
    progress: Progress | None,
    *,
    sole: bool,
) -> Imported:
    """Import one table inside an open change; `sole` when the file with this hash holds no other."""
    importer = recognise(source.head(), source.name, settings, only)
    remembered = change.meta("zone") if settings.zone is None else None
    reading = importer.read(source, replace(settings, zone=settings.zone or remembered, today=today(settings)))
    refuse_other_zone(change, source.name, sha256, reading)
    import_id = int(change.query("select coalesce(max(import_id), 0) + 1 as next from import").item())
    held = held_whole(change, importer.name, source.name, reading, sha256) if sole and not settings.mapping else None
    if held:
        rows_read, rejects = held[1], bad_rows()
    else:
        try:
            rows_read, rejects = take(change, importer, reading, import_id, source.name, progress)
        except DashboardError:
            change.remove_import(import_id)  # what was added before the file turned out to be damaged
            raise
        settle(change, importer.kind, import_id, importer.name)
    result = outcome(change, importer, source, reading, import_id, rows_read, rejects)
    known = [f"This very file is in the store as import {held[0]}; it was not read again."] if held else []
    warnings = [*known, *reading.warnings, *reading.closing(), *doubts(change, result, today(settings))]
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


def held_whole(change: Change, importer: str, name: str, reading: Reading, sha256: str) -> tuple[int, int] | None:
    """Return the import in force that took every row of this very file, and how many these are; None without one.

    The same bytes read in the same way give the same rows, so all of them are duplicates and
    need not be read. Where any row was rejected or met others, the file is read anew: a newer
    version may know more, and what it met may be gone.
    """
    found = change.query(
        "select import_id, rows_read from import where file_sha256 = $sha and file_name = $name and source = $source"
        " and zone is not distinct from $zone and date_order is not distinct from $date_order"
        " and undone_at is null and accepted = rows_read order by import_id limit 1",
        {"sha": sha256, "name": name, "source": importer, "zone": reading.zone, "date_order": reading.date_order},
    )
    return None if found.is_empty() else (int(found.item(0, 0)), int(found.item(0, 1)))


def take(
    change: Change, importer: Importer, reading: Reading, import_id: int, name: str, progress: Progress | None
) -> tuple[int, pl.DataFrame]:
    """Add all batches to the facts, for `settle` to sort out; returns rows read and the rejected ones."""
    statement, key = SQL[f"add_{importer.kind}.sql"], {"import_id": import_id, "source": importer.name}
    rows_read, bad = 0, []
    for batch in reading.batches:
        if batch.rows != batch.accepted.height + batch.bad.height:
            raise UnreadableFile(f"{name}: {batch.rows} rows were read but not all accounted for.", "Report this file.")
        change.load(batch.accepted, statement, key)
        rows_read += batch.rows
        bad.append(batch.bad)
        if progress:
            progress(name, rows_read)
    if not rows_read:
        raise UnreadableFile(f"{name}: the file holds no rows.", "Export it again for a period with entries.")
    return rows_read, pl.concat(bad)


def settle(change: Change, kind: Kind, import_id: int, source: str) -> None:
    """Keep of the rows just added what the store did not have, and derive what hangs on them."""
    for step in ("number_repeats.sql", "count_ids_once.sql"):
        change.execute(SQL[step].replace("fact_table", kind), {"import_id": import_id})
    change.execute(SQL["drop_known.sql"].replace("fact_table", kind), {"import_id": import_id, "source": source})
    if kind == "time_entry":
        change.categorize(import_id=import_id)
    change.add_rollups(import_id)
    change.rebuild_labels(change.labeling_projects(import_id))


def outcome(
    change: Change,
    importer: Importer,
    source: Source,
    reading: Reading,
    import_id: int,
    rows_read: int,
    rejects: pl.DataFrame,
) -> Imported:
    """Say what became of the rows of a file: what was not added and not rejected was there before."""
    seconds = SECONDS.get(importer.kind, "cast(coalesce(sum(seconds), 0) as bigint)")
    accepted, total, first, last = change.query(
        f"select count(*), {seconds}, min(day_on), max(day_on) from {importer.kind}"  # noqa: S608 - fixed names
        " where import_id = $import_id",
        {"import_id": import_id},
    ).row(0)
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
    wanted = SAMPLE_COLUMNS[kind]
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
    key: dict[str, object] = {"import_id": result.import_id}
    found = change.query(SQL["doubts_time_entry.sql"], {**key, "today": now}).row(0, named=True)
    found["overlapping"] = overlapping(change.query(SQL["neighbours_time_entry.sql"], key))
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


def overlapping(neighbours: pl.DataFrame) -> int:
    """Return how many fresh entries begin before an earlier one of the same person ends.

    `neighbours`: person, began and ended (microseconds), fresh (whether of this import).
    """
    followed = neighbours.sort("began", "ended").with_columns(  # not by person: sorting texts costs ten times as much
        pl.col("ended").cum_max().shift(1).over("person").alias("busy_until")
    )
    return followed.filter(pl.col("fresh") & (pl.col("began") < pl.col("busy_until"))).height


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
