"""MLflow runs as `mlflow.search_runs().to_csv()` writes them: one row per run, one column per metric, parameter or tag.

A search for all runs finds deleted ones too, and its table seldom says which; experiments are identified by number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from dashboard.importers.columns.instants import parse_instants
from dashboard.importers.columns.numbers import parse_program_number
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.mlflow_runs import WARNINGS, MlflowRun, build_run_batch, describe_counts, parse_metrics
from dashboard.schemas import Kind

SIGNATURE_COLUMNS = frozenset({"run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"})
COLUMNS = {
    "run_id": "native_id",
    "experiment_id": "project",
    "experiment_name": "project",
    "status": "state",
    "start_time": "started_at",
    "end_time": "finished_at",
    "tags.mlflow.runName": "run",
    "tags.mlflow.user": "person",
    "tags.mlflow.parentRunId": "parent_run",
    "tags.mlflow.source.git.commit": "code_version",
}
METRIC_PREFIX, PARAMETER_PREFIX, TAG_PREFIX = "metrics.", "params.", "tags."
STAGE_COLUMNS = ("lifecycle_stage", "info.lifecycle_stage", "tags.lifecycle_stage", "tags.mlflow.lifecycle_stage")
NAME_COLUMN = "experiment_name"  # a search does not write it; who adds it has names in place of numbers
NUMBERED_WARNING = "Experiments are named by their number."
DELETED_WARNING = (
    "This table does not say which runs were deleted: if the search was for all runs (ViewType.ALL), deleted ones count"
    " with the state that they ended in. To leave them out, search with ViewType.ACTIVE_ONLY, add a column"
    " lifecycle_stage, or import mlflow.db, which says it."
)


class MlflowCsv:
    """Runs found by a search, written as a table."""

    name = "mlflow_csv"
    tool = "mlflow"
    title = "MLflow search_runs CSV"
    kind: Kind = "experiment_run"

    def can_read(self, head: Head) -> bool:
        """Recognise the export by the columns that every search has."""
        return head.shape == "table" and set(head.header) >= SIGNATURE_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each row as a run; `settings` is not needed."""
        del settings
        header = source.head().header
        counts: Counter[str] = Counter()
        columns = {name: COLUMNS[name] for name in header if name in COLUMNS}
        columns |= {name: "metrics" for name in header if name.startswith(METRIC_PREFIX)}
        columns |= {name: "parameters_hash" for name in header if name.startswith(PARAMETER_PREFIX)}
        columns |= {name: "state" for name in header if name in STAGE_COLUMNS}
        is_stage_told = any(name in STAGE_COLUMNS for name in header)
        return Reading(
            batches=_read_batches(source, counts),
            columns=columns,
            unused=tuple(name for name in header if name not in columns),
            encoding=source.encoding,
            warnings=(
                *WARNINGS,
                *(() if NAME_COLUMN in header else (NUMBERED_WARNING,)),
                *(() if is_stage_told else (DELETED_WARNING,)),
            ),
            final_warnings=lambda: describe_counts(counts),
        )


def _read_batches(source: Source, counts: Counter[str]) -> Iterator[Batch]:
    for frame, structural in source.frames():
        yield build_run_batch(_build_runs(frame), structural, counts)


def _build_runs(frame: pl.DataFrame) -> Iterator[MlflowRun]:
    metric_columns = [name for name in frame.columns if name.startswith(METRIC_PREFIX)]
    cells = frame.with_columns(
        *(clean_text(pl.col(name)) for name in frame.columns if name != "_line" and name not in metric_columns),
        *(parse_program_number(pl.col(name)).alias(name) for name in metric_columns),
    )
    cells = cells.with_columns(
        _started=parse_instants(cells["start_time"], "UTC").dt.epoch("ms"),
        _ended=parse_instants(cells["end_time"], "UTC").dt.epoch("ms"),
    )
    return (_build_run(row) for row in cells.iter_rows(named=True))


def _build_run(row: Mapping[str, str | int | float | None]) -> MlflowRun:
    tags = _select_prefixed(row, TAG_PREFIX)
    return MlflowRun(
        line=int(row["_line"] or 0),
        run_id=_read_text(row, "run_id"),
        name=tags.get("mlflow.runName"),
        project=_read_text(row, NAME_COLUMN if row.get(NAME_COLUMN) else "experiment_id"),
        person=tags.get("mlflow.user"),
        status=(_read_text(row, "status") or "").lower(),
        started=_read_milliseconds(row, "_started"),
        ended=_read_milliseconds(row, "_ended"),
        is_readable_start=row["start_time"] is None or row["_started"] is not None,
        is_readable_end=row["end_time"] is None or row["_ended"] is not None,
        metrics=parse_metrics(_select_prefixed(row, METRIC_PREFIX)),
        parameters=_select_prefixed(row, PARAMETER_PREFIX),
        tags=tags,
        is_deleted=any(str(row.get(name)).lower() == "deleted" for name in STAGE_COLUMNS),
    )


def _select_prefixed(row: Mapping[str, str | int | float | None], prefix: str) -> dict[str, str]:
    return {
        name[len(prefix) :]: str(cell) for name, cell in row.items() if name.startswith(prefix) and cell is not None
    }


def _read_text(row: Mapping[str, str | int | float | None], name: str) -> str | None:
    cell = row[name]
    return None if cell is None else str(cell)


def _read_milliseconds(row: Mapping[str, str | int | float | None], name: str) -> int | None:
    cell = row[name]
    return int(cell) if isinstance(cell, int) else None


IMPORTER: Importer = MlflowCsv()
