"""The CSV of MLflow's web page: the runs of the table on screen, with times on the clock of the browser.

Lengths are rounded to a tenth of the unit shown. Settings, results and tags stand in one table without telling them
apart: a number in a column named after a score is a result, everything else a setting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from dashboard.importers.columns.instants import InstantReader
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.mlflow_runs import (
    WARNINGS,
    MlflowRun,
    build_run_batch,
    describe_counts,
    is_score,
    parse_metrics,
)
from dashboard.importers.table import deduplicate_header
from dashboard.schemas import Kind

SIGNATURE_COLUMNS: Final = frozenset({"Start Time", "Duration", "Run ID", "Status"})
COLUMNS: Final = {
    "Start Time": "started_at",
    "Duration": "seconds",
    "Run ID": "native_id",
    "Name": "run",
    "User": "person",
    "Status": "state",
}
SOURCES: Final = ("Source Type", "Source Name")
UNIT_MILLISECONDS: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
LENGTH: Final = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|min|h|d)")
GUARDED: Final = re.compile(r"^'(?=[=+\-@])")  # the page writes a quote before what a spreadsheet would calculate
ROUNDED_WARNING: Final = (
    "Lengths are rounded to a tenth of the unit shown, so that a run of 1.5 h may be three minutes shorter or longer:"
    " mlflow.db or `mlflow.search_runs(...)` have exact times, and name the experiment, which this table does not."
)


class MlflowPage:
    """Runs downloaded from the table of runs of the tracking server's web page."""

    name = "mlflow_page"
    tool = "mlflow"
    title = "MLflow web page, runs CSV"
    kind: Kind = "experiment_run"
    lacks = ("the experiment", "exact lengths", "which columns are settings and which results")

    def can_read(self, head: Head) -> bool:
        """Recognise the table by the columns that the page always writes."""
        return head.shape == "table" and set(head.header) >= SIGNATURE_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each row as a run; raises `QuestionNeeded` as long as the zone of the browser is not given."""
        header = deduplicate_header(source.head().header)
        counts: Counter[str] = Counter()
        clock = InstantReader(self.title, settings.zone)
        columns = {name: COLUMNS.get(name, "metrics" if is_score(name) else "parameters_hash") for name in header}
        return Reading(
            batches=_read_batches(source, clock, counts),
            columns={name: part for name, part in columns.items() if name not in SOURCES},
            unused=tuple(name for name in header if name in SOURCES),
            zone=settings.zone,
            encoding=source.encoding,
            warnings=(*WARNINGS, ROUNDED_WARNING),
            final_warnings=lambda: (*clock.notes(), *describe_counts(counts)),
        )


def parse_length(text: str | None) -> int | None:
    """Return milliseconds of a length as the page writes it, such as `250ms`, `3.1s`, `2.5min`, `1.2h` or `2.0d`."""
    match = LENGTH.fullmatch(text.strip()) if text else None
    return round(float(match[1]) * UNIT_MILLISECONDS[match[2]]) if match else None


def _read_batches(source: Source, clock: InstantReader, counts: Counter[str]) -> Iterator[Batch]:
    for frame, structural in source.frames():
        texts = [clean_text(pl.col(name)).alias(name) for name in frame.columns if name != "_line"]
        cells = frame.select("_line", *texts)
        starts = clock.utc(cells["Start Time"]).dt.epoch("ms").to_list()
        rows = zip(cells.iter_rows(named=True), starts, strict=True)
        yield build_run_batch((_build_run(row, start) for row, start in rows), structural, counts)


def _build_run(row: Mapping[str, str | None], start: int | None) -> MlflowRun:
    fields = {
        name: GUARDED.sub("", cell)
        for name, cell in row.items()
        if isinstance(cell, str) and name not in COLUMNS and name not in SOURCES
    }
    length = parse_length(row["Duration"])
    scores = {name: cell for name, cell in fields.items() if is_score(name)}
    return MlflowRun(
        line=int(str(row["_line"])),
        run_id=row["Run ID"],
        name=row.get("Name"),
        project=None,
        person=row.get("User"),
        status=(row["Status"] or "").lower(),
        started=start,
        ended=None if start is None or length is None else start + length,
        is_readable_start=row["Start Time"] is None or start is not None,
        is_readable_end=row["Duration"] is None or length is not None,
        metrics=parse_metrics(scores),
        parameters={name: cell for name, cell in fields.items() if name not in scores},
        tags=fields,
    )


IMPORTER: Importer = MlflowPage()
