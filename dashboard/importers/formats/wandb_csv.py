"""The table of runs of Weights & Biases as CSV: only the columns that were visible when it was exported.

Settings and results stand in one table without telling them apart: a number in a column named after a score is a
result, everything else a setting. A run is known by its name and the instant of its creation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.columns.durations import parse_duration
from dashboard.importers.columns.instants import RELATIVE_TIME, InstantReader
from dashboard.importers.columns.numbers import parse_program_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import NO_PROJECT, Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.mlflow_runs import (
    MlflowRun,
    build_run_batch,
    describe_counts,
    is_score,
    parse_metrics,
)
from dashboard.importers.table import deduplicate_header, match_columns
from dashboard.schemas import Kind

COLUMNS = {
    "run": ("Name", "displayName"),
    "state": ("State",),
    "person": ("User", "Username"),
    "started_at": ("Created", "Created At", "createdAt", "Start Time"),
    "finished_at": ("End Time",),
    "seconds": ("Runtime", "Duration", "_wandb.runtime", "_runtime", "summary._runtime"),
    "last_logged": ("_timestamp", "summary._timestamp"),
    "code_version": ("GitHub Commit", "Commit", "Git Commit"),
}
CANONICAL = {"last_logged": "started_at", "seconds": "seconds"}
VIEW_COLUMNS = frozenset(
    {
        *("state", "notes", "user", "tags", "created", "runtime", "sweep", "group", "hostname", "commit", "id"),
        *("_runtime", "_timestamp", "_step", "_wandb.runtime", "job type", "github commit", "end time", "start time"),
        *("gpu type", "gpu count"),
    }
)
FOREIGN_COLUMNS = frozenset(
    {"work item type", "assignee", "assigned to", "run_id", "artifact_uri", "priority", "activity"}
)
RUN_COLUMNS = frozenset({"state", "created", "runtime", "sweep", "_runtime", "_timestamp", "_step", "_wandb.runtime"})
CHART_ENDINGS = ("__MIN", "__MAX")
CHART_AXES = frozenset({"step", "_step", "global_step", "epoch", "wall time", "relative time (process)"})
STATES = {
    "finished": "finished",
    "failed": "failed",
    "crashed": "failed",
    "killed": "killed",
    "preempted": "killed",
    "running": "running",
    "preempting": "running",
    "pending": "scheduled",
}
ADD_COLUMNS = (
    "In the table of runs, open Columns, make Created, Runtime and State visible beside the rest, and export the CSV"
    " again."
)
RUN_WARNING = "Run time is machine time; of a resumed run it may be the last part only."
RELATIVE_HINT = (
    "Export the table of runs as CSV instead of copying it from the page. If the file is such an export, make the"
    " columns _timestamp and _runtime visible beside Created, and export it again."
)
MIN_VIEW_COLUMNS = 2


class WandbCsv:
    """Runs of Weights & Biases in any choice of columns."""

    name = "wandb_csv"
    tool = "wandb"
    title = "Weights & Biases runs table (CSV)"
    kind: Kind = "experiment_run"
    repeats_columns = True  # Runtime and _runtime, of a resumed run: the whole length counts
    lacks = (NO_PROJECT, "a number of the run", "which columns are settings and which results")

    def can_read(self, head: Head) -> bool:
        """Recognise the table by its name column and two columns of a view of runs, a chart by its series."""
        if head.shape != "table":
            return False
        names = {title.casefold() for title in head.header}
        if names & FOREIGN_COLUMNS:
            return False
        is_view = "name" in names and bool(names & RUN_COLUMNS) and len(names & VIEW_COLUMNS) >= MIN_VIEW_COLUMNS
        return is_view or _is_chart(head.header)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each row as a run.

        Raises:
            UnreadableFile: a chart, or a table without the columns that say when a run began and how it ended.
            QuestionNeeded: the times have no offset, and no zone was given.
        """
        header = source.head().header
        if _is_chart(header):
            raise UnreadableFile(
                f'"{source.name}" is the CSV of a chart of Weights & Biases: values by step, no runs.',
                "Open the table of runs instead, make Created, Runtime and State visible, and export that as CSV.",
            )
        columns = match_columns(header, COLUMNS)
        _require_columns(source.name, columns)
        relative = _count_relative(source, columns)
        counts: Counter[str] = Counter()
        clock = InstantReader(self.title, settings.zone)
        has_length = bool(columns.keys() & {"seconds", "finished_at"})
        return Reading(
            batches=_read_batches(source, columns, clock, counts),
            columns={title: CANONICAL.get(part, part) for part, title in columns.items()},
            unused=tuple(name for name in deduplicate_header(header) if name not in columns.values()),
            zone=settings.zone,
            encoding=source.encoding,
            warnings=(RUN_WARNING,)
            if has_length
            else (
                RUN_WARNING,
                f"The table has no Runtime column: no run has a length. {ADD_COLUMNS}",
            ),
            final_warnings=lambda: (*relative, *clock.notes(), *describe_counts(counts)),
        )


def _is_chart(header: Sequence[str]) -> bool:
    """Return whether the columns are an axis and series such as `run - loss` with their ends.

    A chart may be drawn over any column; then all others are series with both ends.
    """
    names = set(header[1:])
    series = [title for title in header[1:] if " - " in title and not title.endswith(CHART_ENDINGS)]
    has_ends = [all(title + ending in names for ending in CHART_ENDINGS) for title in series]
    if header and header[0].casefold() in CHART_AXES:
        return any(" - " in title and title.endswith(CHART_ENDINGS) for title in header)
    return bool(series) and all(has_ends) and len(names) == len(series) * (1 + len(CHART_ENDINGS))


def _require_columns(name: str, columns: Mapping[str, str]) -> None:
    has_start = "started_at" in columns or {"last_logged", "seconds"} <= columns.keys()
    missing = [*([] if has_start else ["Created"]), *([] if "state" in columns else ["State"])]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise UnreadableFile(
            f'"{name}" is a table of runs of Weights & Biases without the {noun} {" and ".join(missing)}.', ADD_COLUMNS
        )


def _count_relative(source: Source, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is to be said of runs of which the table says how long ago they began, and not when.

    Raises:
        UnreadableFile: it says so of every run, and the columns that tell the instant are not in it.
    """
    if "started_at" not in columns or {"last_logged", "seconds"} <= columns.keys():
        return ()
    title, runs, relative, example = columns["started_at"], 0, 0, ""
    for frame, _ in source.frames():
        texts = frame[title].drop_nulls()
        matches = texts.filter(texts.str.contains(RELATIVE_TIME))
        runs, relative = runs + frame.height, relative + matches.len()
        example = example or (str(matches[0]).strip() if matches.len() else "")
    doubt = f'"{title}" says how long ago a run began, such as "{example}", and not when'
    if relative and relative == runs:
        raise UnreadableFile(f'"{source.name}": {doubt}: that would be another day with every import.', RELATIVE_HINT)
    return (f"{relative} of {runs} runs are left out: {doubt}. {RELATIVE_HINT}",) if relative else ()


def _read_batches(
    source: Source, columns: Mapping[str, str], clock: InstantReader, counts: Counter[str]
) -> Iterator[Batch]:
    for frame, structural in source.frames():
        yield build_run_batch(_build_runs(frame, columns, clock), structural, counts)


def _build_runs(frame: pl.DataFrame, columns: Mapping[str, str], clock: InstantReader) -> Iterator[MlflowRun]:
    cells = frame.select("_line", *(clean_text(pl.col(name)).alias(name) for name in frame.columns if name != "_line"))
    empty = pl.Series([None] * cells.height, dtype=pl.String)
    texts = {part: cells[columns[part]] if part in columns else empty for part in COLUMNS}
    lengths = texts["seconds"].to_frame("text").select(parse_duration(pl.col("text"), bare="seconds")).to_series()
    logged = texts["last_logged"].to_frame("text").select(parse_program_number(pl.col("text"))).to_series()
    times = pl.DataFrame(
        {
            "start": clock.utc(texts["started_at"]).dt.epoch("ms"),
            "end": clock.utc(texts["finished_at"]).dt.epoch("ms"),
            "length": lengths,
            "logged": (logged * 1000).round().cast(pl.Int64, strict=False),
        }
    )
    settings = [name for name in cells.columns if name != "_line" and name not in columns.values()]
    for row, time in zip(cells.iter_rows(named=True), times.iter_rows(named=True), strict=True):
        yield _build_run(row, time, {part: row[title] for part, title in columns.items()}, settings)


def _build_run(
    row: Mapping[str, object], time: Mapping[str, int | None], parts: Mapping[str, str | None], settings: Sequence[str]
) -> MlflowRun:
    start, length = time["start"], time["length"]
    if start is None and time["logged"] is not None and length is not None:
        start = time["logged"] - length * 1000
    end = time["end"] if time["end"] is not None or start is None or length is None else start + length * 1000
    status = STATES.get((parts["state"] or "").casefold(), "")
    fields = {name: str(row[name]) for name in settings if row[name] is not None}
    scores = {name: cell for name, cell in fields.items() if is_score(name)}
    name = parts["run"]
    return MlflowRun(
        line=int(str(row["_line"])),
        run_id=f"{name} {start}" if name else None,
        name=name,
        project=None,
        person=parts.get("person"),
        status=status,
        started=start,
        ended=None if status in ("running", "scheduled") else end,
        is_readable_start=start is not None,
        is_readable_end=not parts.get("finished_at") or time["end"] is not None,
        metrics={name.replace("/", "_"): value for name, value in parse_metrics(scores).items()},
        parameters={name: cell for name, cell in fields.items() if name not in scores and not name.startswith("_")},
        tags={"code_version": str(parts["code_version"])} if parts.get("code_version") else {},
    )


IMPORTER: Importer = WandbCsv()
