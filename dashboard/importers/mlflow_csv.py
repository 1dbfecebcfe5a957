"""MLflow runs as `mlflow.search_runs().to_csv()` writes them: one row a run, a column a metric, parameter or tag.

Deleted runs are absent, and the experiment is given by its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.importers import mlflow_runs
from dashboard.importers.columns import instants, numbers, text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.mlflow_runs import Run
from dashboard.schemas import Kind

MARKS = frozenset({"run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"})
COLUMNS = {
    "run_id": "native_id",
    "experiment_id": "project",
    "status": "state",
    "start_time": "started_at",
    "end_time": "finished_at",
    "tags.mlflow.runName": "run",
    "tags.mlflow.user": "person",
    "tags.mlflow.parentRunId": "parent_run",
    "tags.mlflow.source.git.commit": "code_version",
}
METRIC, PARAMETER, TAG = "metrics.", "params.", "tags."
ABSENT = "Deleted runs are not in a search_runs CSV, and experiments have their number for a name."


class MlflowCsv:
    """Runs found by a search, written as a table."""

    name = "mlflow_csv"
    title = "MLflow search_runs CSV"
    kind: Kind = "experiment_run"

    def recognises(self, head: Head) -> bool:
        """Tell by the columns that every search has."""
        return head.shape == "table" and set(head.header) >= MARKS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each row as a run; there is nothing that `settings` could add."""
        del settings
        header = source.head().header
        counts: Counter[str] = Counter()
        used = {name: COLUMNS[name] for name in header if name in COLUMNS}
        used |= {name: "metrics" for name in header if name.startswith(METRIC)}
        used |= {name: "parameters_hash" for name in header if name.startswith(PARAMETER)}
        return Reading(
            batches=_batches(source, counts),
            columns=used,
            unused=tuple(name for name in header if name not in used),
            encoding=source.encoding,
            warnings=(*mlflow_runs.WARNINGS, ABSENT),
            closing=lambda: mlflow_runs.closing(counts),
        )


def _batches(source: Source, counts: Counter[str]) -> Iterator[Batch]:
    for frame, structural in source.frames():
        yield mlflow_runs.batch(_runs(frame), structural, counts)


def _runs(frame: pl.DataFrame) -> Iterator[Run]:
    measured = [name for name in frame.columns if name.startswith(METRIC)]
    cells = frame.with_columns(
        *(text.clean(pl.col(name)) for name in frame.columns if name != "_line" and name not in measured),
        *(numbers.number(pl.col(name), ".").alias(name) for name in measured),
    )
    cells = cells.with_columns(
        _started=instants.utc(cells["start_time"], "UTC").dt.epoch("ms"),
        _ended=instants.utc(cells["end_time"], "UTC").dt.epoch("ms"),
    )
    return (_run(row) for row in cells.iter_rows(named=True))


def _run(row: Mapping[str, str | int | float | None]) -> Run:
    tags = _under(row, TAG)
    return Run(
        line=int(row["_line"] or 0),
        run_id=_told(row, "run_id"),
        name=tags.get("mlflow.runName"),
        project=_told(row, "experiment_id"),
        person=tags.get("mlflow.user"),
        status=(_told(row, "status") or "").lower(),
        started=_milliseconds(row, "_started"),
        ended=_milliseconds(row, "_ended"),
        is_readable_start=row["start_time"] is None or row["_started"] is not None,
        is_readable_end=row["end_time"] is None or row["_ended"] is not None,
        metrics=mlflow_runs.measured(_under(row, METRIC)),
        parameters=_under(row, PARAMETER),
        tags=tags,
    )


def _under(row: Mapping[str, str | int | float | None], prefix: str) -> dict[str, str]:
    return {
        name[len(prefix) :]: str(cell) for name, cell in row.items() if name.startswith(prefix) and cell is not None
    }


def _told(row: Mapping[str, str | int | float | None], name: str) -> str | None:
    cell = row[name]
    return None if cell is None else str(cell)


def _milliseconds(row: Mapping[str, str | int | float | None], name: str) -> int | None:
    cell = row[name]
    return int(cell) if isinstance(cell, int) else None


IMPORTER: Importer = MlflowCsv()
