"""Labeltime's own `experiment_runs` CSV: for scripts, and for trackers that have no importer.

Columns in any order and case: run and started_at (ISO, with an offset or in the given
zone); and optionally finished_at, project, person, email, state (finished, failed,
killed, running, scheduled, deleted; by default finished where there is an end, else
running), metric, value, labels_used (all), labels_synthetic (how many of them), parent_run, code_version, seed,
selection (random or active: how the labels were selected), pretraining (none or
self-supervised: of the model, before it saw any label), modeling_hours (behind that
code), id. A run with several metrics has one row per metric.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.errors import join_quotes
from dashboard.importers.columns.instants import InstantReader
from dashboard.importers.columns.iso import has_local_times
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import (
    Batch,
    FileColumn,
    Head,
    Importer,
    Reading,
    Settings,
    Source,
)
from dashboard.importers.frames.run_rows import (
    COLUMNS,
    INSTANT_COLUMNS,
    PRETRAININGS,
    SELECTIONS,
    STATES,
    build_run_rows,
    list_run_rejections,
)
from dashboard.importers.table import match_columns, split_batch
from dashboard.schemas import Kind

REQUIRED_COLUMNS = frozenset({"run", "started_at"})
FOREIGN_COLUMNS = frozenset({"item", "method", "seconds", "hours"})  # a native file of another kind
COLUMN_HELP = {
    "run": "the name of the run; a run with several metrics has one row per metric",
    "project": "text",
    "person": "who started it",
    "email": "the person's address",
    "metric": "the name of the score, such as accuracy",
    "parent_run": "the run that it belongs to",
    "code_version": "which code ran; runs of one version differ in their labels only",
    "labels_used": "whole number: all labels that the run learned from",
    "labels_synthetic": "whole number: how many of those are synthetic",
    "seed": "whole number",
    "started_at": "ISO day and time; the day counts",
    "finished_at": "ISO day and time",
    "value": "number: the score",
    "modeling_hours": "number: hours of modeling behind that code; empty is the hours booked up to its first run",
    "state": "empty is finished where there is an end, else running",
    "selection": "how the labels were chosen",
    "pretraining": "of the model on data without labels, before it learned from labels",
    "native_id": "the tracker's own number of the run; the column may also be called id",
}


class NativeRuns:
    """The documented table of experiment runs."""

    name = "native_runs"
    tool = "native_runs"
    title = "Labeltime experiment runs (CSV)"
    kind: Kind = "experiment_run"

    def can_read(self, head: Head) -> bool:
        """Recognise the file by its required columns and the absence of those of other native files."""
        names = {title.casefold() for title in head.header}
        return head.shape == "table" and names >= REQUIRED_COLUMNS and not names & FOREIGN_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the runs; an instant without an offset raises `QuestionNeeded` if no zone was given."""
        head = source.head()
        columns = match_columns(head.header, COLUMNS)
        used_columns = {title: name for name, title in columns.items()}
        unused = tuple(dict.fromkeys(title for title in head.header if title not in used_columns))
        is_local = any(has_local_times(head.sample[columns[name]]) for name in INSTANT_COLUMNS if name in columns)
        clock = InstantReader(self.title, settings.zone)
        return Reading(
            batches=_read_batches(source, columns, clock),
            columns=used_columns,
            unused=unused,
            zone=settings.zone if is_local else None,
            date_order="year-month-day",
            encoding=source.encoding,
            warnings=(f"Columns not used: {join_quotes(unused)}.",) if unused else (),
            final_warnings=clock.notes,
        )


def describe_columns() -> list[FileColumn]:
    """Return every column of the file with what it may hold, the required ones first."""
    choices = {"state": STATES, "selection": SELECTIONS, "pretraining": PRETRAININGS}
    columns = [FileColumn(name, COLUMN_HELP[name], name in REQUIRED_COLUMNS, choices.get(name, ())) for name in COLUMNS]
    return sorted(columns, key=lambda column: not column.is_required)


def _read_batches(source: Source, columns: Mapping[str, str], clock: InstantReader) -> Iterator[Batch]:
    for frame, structural in source.frames():
        rows = build_run_rows(_read_cells(frame, columns, clock))
        yield split_batch(rows, list_run_rejections(), "experiment_run", structural, frame.drop("_line"))


def _read_cells(frame: pl.DataFrame, columns: Mapping[str, str], clock: InstantReader) -> pl.DataFrame:
    empty_cell = pl.lit(None, dtype=pl.String)
    cells = frame.select(
        "_line",
        *((clean_text(pl.col(columns[name])) if name in columns else empty_cell).alias(name) for name in COLUMNS),
    )
    return cells.with_columns(
        *(clock.utc(cells[name]).alias(name) for name in INSTANT_COLUMNS),
        clock.days(cells["started_at"]).alias("day_on"),
        *(cells[name].alias(f"_{name}") for name in INSTANT_COLUMNS),
    )


IMPORTER: Importer = NativeRuns()
