"""Labeltime's own `experiment_runs` CSV: for scripts, and for trackers that have no importer.

Columns in any order and case: run and started_at (ISO, with an offset or in the zone that
is said); and if wanted finished_at, project, person, email, state (finished, failed,
killed, running, scheduled, deleted; without it finished where there is an end, else
running), metric, value, labels_used (all), labels_synthetic (how many of them), parent_run, code_version, seed,
selection (random or active: how the labels were chosen), modeling_hours (behind that code),
id. A run with several metrics has a row for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.importers import reasons, table
from dashboard.importers.columns import instants, iso, numbers, text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.schemas import Kind

REQUIRED = frozenset({"run", "started_at"})
FOREIGN = frozenset({"item", "method", "seconds", "hours"})  # a native file of another kind
TEXTS = ("run", "project", "person", "email", "metric", "parent_run", "code_version")
WHOLE = ("labels_used", "labels_synthetic", "seed")
STAMPS = ("started_at", "finished_at")
NUMBERS = ("value", "modeling_hours")
SELECTIONS = ("random", "active")
COLUMNS = {name: (name,) for name in (*TEXTS, *WHOLE, *STAMPS, *NUMBERS, "state", "selection")} | {
    "native_id": ("id", "native_id")
}
STATES = ("finished", "failed", "killed", "running", "scheduled", "deleted")
OVER = ("finished", "failed", "killed", "deleted")
NO_RUN = "no run"
NO_START = "no start that can be read"
NO_END = "no end that can be read"
NO_STATE = "state not known"
MORE_SYNTHETIC = "more synthetic labels than labels used"
NO_SELECTION = "selection is neither random nor active"
LARGEST = 2.0**62


class NativeRuns:
    """The documented table of experiment runs."""

    name = "native_runs"
    title = "Labeltime experiment runs (CSV)"
    kind: Kind = "experiment_run"

    def recognises(self, head: Head) -> bool:
        """Tell by the required columns, and by none of those of the other native files."""
        names = {title.casefold() for title in head.header}
        return head.shape == "table" and names >= REQUIRED and not names & FOREIGN

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the runs; while reading, an instant without an offset asks for the zone (`QuestionNeeded`)."""
        head = source.head()
        columns = table.columns_by_name(head.header, COLUMNS)
        used = {title: name for name, title in columns.items()}
        unused = tuple(dict.fromkeys(title for title in head.header if title not in used))
        is_local = any(iso.has_local(head.sample[columns[name]]) for name in STAMPS if name in columns)
        clock = instants.Clock(self.title, settings.zone)
        return Reading(
            batches=_batches(source, columns, clock),
            columns=used,
            unused=unused,
            zone=settings.zone if is_local else None,
            date_order="year-month-day",
            encoding=source.encoding,
            warnings=(f"Columns not used: {', '.join(unused)}.",) if unused else (),
            closing=clock.notes,
        )


def _batches(source: Source, columns: Mapping[str, str], clock: instants.Clock) -> Iterator[Batch]:
    for frame, structural in source.frames():
        rows = _rows(frame, columns, clock)
        yield table.split(rows, _refusals(), "experiment_run", structural, frame.drop("_line"))


def _rows(frame: pl.DataFrame, columns: Mapping[str, str], clock: instants.Clock) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    told = frame.select(
        "_line", *((text.clean(pl.col(columns[name])) if name in columns else nothing).alias(name) for name in COLUMNS)
    )
    started, finished = (clock.utc(told[name]).alias(name) for name in STAMPS)
    unsaid = pl.when(pl.col("_finished_at").is_null()).then(pl.lit("running")).otherwise(pl.lit("finished"))
    rows = told.select(
        "_line",
        *(pl.col(name).alias(f"_{name}") for name in (*WHOLE, *STAMPS, *NUMBERS)),
        "native_id",
        *TEXTS,
        *(_whole(name).alias(name) for name in WHOLE),
        *(_number(name).alias(name) for name in NUMBERS),
        started,
        finished,
        clock.days(told["started_at"]).alias("day_on"),
        pl.col("state", "selection").str.to_lowercase(),
    ).with_columns(pl.col("state").fill_null(unsaid))
    length = (pl.col("finished_at") - pl.col("started_at")).dt.total_milliseconds()
    return rows.with_columns(seconds=pl.when(pl.col("state").is_in(OVER)).then((length / 1000).round().cast(pl.Int64)))


def _number(name: str) -> pl.Expr:
    value = numbers.number(pl.col(name), ".")
    return pl.when(value.abs() < LARGEST).then(value)


def _whole(name: str) -> pl.Expr:
    value = _number(name)
    return pl.when(value == value.round()).then(value.cast(pl.Int64, strict=False))


def _refusals() -> list[tuple[pl.Expr, str]]:
    told = {name: pl.col(f"_{name}").is_not_null() for name in (*WHOLE, *STAMPS, *NUMBERS)}
    negative = pl.any_horizontal(pl.col(name) < 0 for name in WHOLE if name != "seed")
    return [
        (pl.col("run").is_null(), NO_RUN),
        (pl.col("started_at").is_null(), NO_START),
        *reasons.day_reasons(pl.col("day_on")),
        (told["finished_at"] & pl.col("finished_at").is_null(), NO_END),
        (pl.col("finished_at") < pl.col("started_at"), reasons.END_BEFORE_START),
        (~pl.col("state").is_in(STATES), NO_STATE),
        *((told[name] & pl.col(name).is_null(), f"{name} cannot be read") for name in (*WHOLE, *NUMBERS)),
        (negative, "fewer than no labels"),
        (pl.col("labels_synthetic") > pl.col("labels_used"), MORE_SYNTHETIC),
        (pl.col("modeling_hours") < 0, "fewer than no hours"),
        (~pl.col("selection").is_in(SELECTIONS), NO_SELECTION),
    ]


IMPORTER: Importer = NativeRuns()
