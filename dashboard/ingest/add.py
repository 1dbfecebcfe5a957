"""Import one table inside an open change: read, key, add, record; rows_read = accepted + duplicate + rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl

from dashboard.errors import BadMapping, DashboardError, UnreadableFile
from dashboard.importers.contract import Importer, Reading, Settings
from dashboard.ingest.isolation import IsolatedSource
from dashboard.ingest.results import ImportResult
from dashboard.schemas import BAD_ROW, Kind, build_bad_rows
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change

Progress = Callable[[str, int], None]
INGEST_SQL = dict(read_sql_files("ingest"))
NO_ROW_HINT = "Correct these rows, or the mapping of their columns, and import the file again."
SECONDS_SQL: dict[Kind, str] = {  # kinds whose time is not a sum of seconds
    "labeling_event": "cast(coalesce(sum(milliseconds), 0) as bigint) // 1000",
    "quality_report": "cast(0 as bigint)",
}
NOUNS: dict[Kind, str] = {"time_entry": "entries", "labeling_event": "labels"}
DOUBTS: dict[Kind, dict[str, str]] = {  # count of an oddity -> what is said of it
    "time_entry": {
        "overlapping": "begin before an earlier entry of the same person ends; both count in full",
        "over_a_day": "are longer than 24 h",
        "over_twelve_hours": "are longer than 12 h",
        "in_the_future": "lie in the future",
        "without_project": "name no project",
        "without_length": "have a length of zero",
    },
    "labeling_event": {
        "over_twelve_hours": "took longer than 12 h, rather an open tab than work",
        "in_the_future": "lie in the future",
    },
}
SAMPLE_COLUMNS: dict[Kind, str] = {
    "time_entry": "line, day_on, started_local, person, client, project, task, description, tags, seconds, category",
    "labeling_event": "line, day_on, finished_at, person, project, item, stage, outcome, method, suggestion,"
    " milliseconds, time_kind, objects",
    "experiment_run": "line, day_on, run, project, person, state, seconds, metric, value, labels_used",
    "quality_report": "line, day_on, report, project, metric, value, scale_high, reference",
}


def import_table(
    change: Change,
    source: IsolatedSource,
    settings: Settings,
    who: str | None,
    importer_name: str | None,
    sha256: str,
    progress: Progress | None,
    *,
    sole: bool,
) -> ImportResult:
    """Import one table inside an open change; `sole` says that the file holds no other table."""
    importer = source.recognise(settings, importer_name)
    remembered = change.read_setting("zone") if settings.zone is None else None
    reading = source.read(replace(settings, zone=settings.zone or remembered, today=resolve_today(settings)), importer)
    check_same_zone(change, source.name, sha256, reading)
    import_id = int(change.query("select coalesce(max(import_id), 0) + 1 as next from import").item())
    same_import = (
        find_same_import(change, importer.name, source.name, reading, sha256) if sole and not settings.mapping else None
    )
    if same_import:
        rows_read, rejects = same_import[1], build_bad_rows()
    else:
        try:
            rows_read, rejects = load_batches(change, importer, reading, import_id, source.name, progress)
        except DashboardError:
            change.remove_import(import_id)  # remove what was added before the damage was found
            raise
        finish_rows(change, importer.kind, import_id, importer.name)
    result = build_result(change, importer, source, reading, import_id, rows_read, rejects)
    repeat_warning = (
        [f"This same file is already in the store as import {same_import[0]}; it was not read again."]
        if same_import
        else []
    )
    warnings = [
        *repeat_warning,
        *reading.warnings,
        *reading.final_warnings(),
        *find_doubts(change, result, resolve_today(settings)),
    ]
    if remembered and reading.zone == remembered:
        warnings.append(f"Read in the time zone {remembered}, as given for an earlier import.")
    elif settings.zone and reading.zone == settings.zone:
        change.save_setting("zone", settings.zone)
    result = replace(result, warnings=tuple(warnings))
    save_import(change, result, who, sha256)
    return result


def resolve_today(settings: Settings) -> date:
    """Return the day that counts as today."""
    return settings.today or datetime.now(tz=UTC).date()


def check_same_zone(change: Change, name: str, sha256: str, reading: Reading) -> None:
    """Reject a file that is already in the store in another zone: its rows would count twice.

    Raises:
        BadMapping: the file is there in another zone; the message names the import to undo first.
    """
    earlier_imports = change.query(
        "select import_id, zone from import where file_sha256 = $sha and file_name = $name and undone_at is null"
        " and zone is distinct from $zone and accepted > 0 order by import_id limit 1",
        {"sha": sha256, "name": name, "zone": reading.zone},
    )
    if not earlier_imports.is_empty():
        import_id, zone = earlier_imports.row(0)
        raise BadMapping(
            f"{name} is already in the store as import {import_id}, read in the time zone {zone}.",
            f"To read it in {reading.zone}, undo import {import_id} first.",
        )


def find_same_import(change: Change, importer: str, name: str, reading: Reading, sha256: str) -> tuple[int, int] | None:
    """Return the import in force that accepted every row of this same file, and its number of rows, or None.

    The same bytes read in the same way give the same rows, so all of them are duplicates and
    need not be read. Where any row was rejected or a duplicate, the file is read again: a newer
    version may accept more, and the earlier rows may have been undone.
    """
    imports = change.query(
        "select import_id, rows_read from import where file_sha256 = $sha and file_name = $name and source = $source"
        " and zone is not distinct from $zone and date_order is not distinct from $date_order"
        " and undone_at is null and accepted = rows_read order by import_id limit 1",
        {"sha": sha256, "name": name, "source": importer, "zone": reading.zone, "date_order": reading.date_order},
    )
    return None if imports.is_empty() else (int(imports.item(0, 0)), int(imports.item(0, 1)))


def load_batches(
    change: Change, importer: Importer, reading: Reading, import_id: int, name: str, progress: Progress | None
) -> tuple[int, pl.DataFrame]:
    """Add all batches to the facts, duplicates too; return the number of rows read and the rejected rows."""
    statement, parameters = INGEST_SQL[f"add_{importer.kind}.sql"], {"import_id": import_id, "source": importer.name}
    rows_read, bad = 0, []
    for batch in reading.batches:
        if batch.rows != batch.accepted.height + batch.bad.height:
            raise UnreadableFile(f"{name}: {batch.rows} rows were read but not all accounted for.", "Report this file.")
        change.load(batch.accepted, statement, parameters)
        rows_read += batch.rows
        bad.append(batch.bad)
        if progress:
            progress(name, rows_read)
    if not rows_read:
        raise UnreadableFile(f"{name}: the file holds no rows.", "Export it again for a period with entries.")
    rejects = pl.concat(bad)
    if rejects.height == rows_read:
        raise UnreadableFile(
            f"{name}: none of its {rows_read:,} rows can be taken. {count_reasons(rejects)}", NO_ROW_HINT
        )
    return rows_read, rejects


def count_reasons(rejects: pl.DataFrame) -> str:
    """Return the most frequent reasons of rejected rows, each with its count and first line."""
    reasons = rejects.group_by("reason").agg(pl.len().alias("rows"), pl.col("line").min())
    most_frequent = reasons.sort("rows", "line", descending=[True, False]).head(5).select("reason", "rows", "line")
    return (
        "; ".join(f"{reason}: {rows:,}, first in line {line}" for reason, rows, line in most_frequent.iter_rows()) + "."
    )


def finish_rows(change: Change, kind: Kind, import_id: int, source: str) -> None:
    """Drop the added rows that the store had before, and derive categories, rollups and labels."""
    for step in ("number_repeats.sql", "count_ids_once.sql"):
        change.execute(INGEST_SQL[step].replace("fact_table", kind), {"import_id": import_id})
    change.execute(INGEST_SQL["drop_known.sql"].replace("fact_table", kind), {"import_id": import_id, "source": source})
    if kind == "time_entry":
        change.assign_categories(import_id=import_id)
    change.add_rollups(import_id)
    change.rebuild_labels(change.labeling_projects(import_id))


def build_result(
    change: Change,
    importer: Importer,
    source: IsolatedSource,
    reading: Reading,
    import_id: int,
    rows_read: int,
    rejects: pl.DataFrame,
) -> ImportResult:
    """Build the result of an import: rows neither accepted nor rejected are duplicates."""
    seconds_sql = SECONDS_SQL.get(importer.kind, "cast(coalesce(sum(seconds), 0) as bigint)")
    accepted, total, first, last = change.query(
        f"select count(*), {seconds_sql}, min(day_on), max(day_on) from {importer.kind} where import_id = $import_id",  # noqa: S608 - fixed names
        {"import_id": import_id},
    ).row(0)
    return ImportResult(
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
        first_rows=read_sample(change, importer.kind, import_id),
        by_category=sum_categories(change, import_id),
    )


def read_sample(change: Change, kind: Kind, import_id: int) -> pl.DataFrame:
    """Return the first 8 rows of an import as they are stored."""
    columns = SAMPLE_COLUMNS[kind]
    table = "categorized_time" if kind == "time_entry" else kind
    return change.query(
        f"select {columns} from {table} where import_id = $id order by line limit 8",  # noqa: S608 - fixed names
        {"id": import_id},
    )


def sum_categories(change: Change, import_id: int) -> pl.DataFrame:
    """Return the entries and seconds of an import per category."""
    return change.query(
        "select category, cast(sum(entries) as bigint) as entries, cast(sum(seconds) as bigint) as seconds"
        " from time_day where import_id = $id and scheme = 'activity' group by category order by 3 desc, 1",
        {"id": import_id},
    )


def find_doubts(change: Change, result: ImportResult, day: date) -> Iterator[str]:
    """Yield one sentence per oddity in the accepted rows."""
    if result.kind not in DOUBTS or not result.accepted:
        return
    parameters: dict[str, object] = {"import_id": result.import_id}
    doubts_sql = INGEST_SQL[f"doubts_{result.kind}.sql"]
    counts = change.query(doubts_sql, {**parameters, "today": day}).row(0, named=True)
    if result.kind == "time_entry":
        counts["overlapping"] = count_overlaps(change.query(INGEST_SQL["neighbours_time_entry.sql"], parameters))
    for name, sentence in DOUBTS[result.kind].items():
        if counts[name]:
            yield f"{counts[name]} of {result.accepted} new {NOUNS[result.kind]} {sentence}."
    if result.kind == "time_entry":
        days, longest_on, hours = change.query(INGEST_SQL["long_days_time_entry.sql"], parameters).row(0)
        if days:
            yield f"Days with more than 24 h of one person: {days}; the longest is {longest_on} with {hours:.1f} h."


def count_overlaps(neighbours: pl.DataFrame) -> int:
    """Count the new entries that begin before an earlier entry of the same person ends.

    `neighbours`: person, began and ended (microseconds), fresh (whether it is of this import).
    """
    with_busy_until = neighbours.sort(
        "began", "ended"
    ).with_columns(  # not by person: sorting texts takes ten times as long
        pl.col("ended").cum_max().shift(1).over("person").alias("busy_until")
    )
    return with_busy_until.filter(pl.col("fresh") & (pl.col("began") < pl.col("busy_until"))).height


def save_import(change: Change, result: ImportResult, who: str | None, sha256: str) -> None:
    """Write the import's history line and its rejected rows."""
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
