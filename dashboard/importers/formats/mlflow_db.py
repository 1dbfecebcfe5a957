"""An MLflow tracking database (sqlite), opened read-only.

Six tables are read: experiments, runs, params, tags, and latest_metrics or metrics. The
others are not read: the same file holds the server's secrets.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.mlflow_runs import WARNINGS, MlflowRun, build_run_batch, describe_counts, parse_metrics
from dashboard.schemas import Kind

BATCH_RUNS = 500  # the ids of a batch are bound as parameters; old sqlite allows 999
TABLES = frozenset({"experiments", "runs", "params", "tags"})
COLUMNS = {
    "runs.run_uuid": "native_id",
    "runs.name": "run",
    "runs.user_id": "person",
    "runs.status": "state",
    "runs.start_time": "started_at",
    "runs.end_time": "finished_at",
    "experiments.name": "project",
    "tags.mlflow.parentRunId": "parent_run",
    "params": "parameters_hash",
    "latest_metrics": "metrics",
}
RUNS_SQL = """
    select runs.run_uuid, runs.name, experiments.name as project, runs.user_id, runs.status,
        runs.start_time, runs.end_time, runs.lifecycle_stage, runs.source_version
    from runs left join experiments on experiments.experiment_id = runs.experiment_id
    order by runs.start_time, runs.run_uuid
"""
LATEST_METRICS_SQL = (
    "select run_uuid, key, value from latest_metrics where is_nan = 0 and run_uuid in ({marks}) order by key"
)
ALL_METRICS_SQL = """
    select run_uuid, key, value from metrics where is_nan = 0 and run_uuid in ({marks}) order by key, step, timestamp
"""
PARAMETERS_SQL = "select run_uuid, key, value from params where run_uuid in ({marks}) order by key"
TAGS_SQL = "select run_uuid, key, value from tags where run_uuid in ({marks}) order by key"


class MlflowDatabase:
    """Runs of a tracking server that keeps them in sqlite."""

    name = "mlflow_db"
    tool = "mlflow"
    title = "MLflow tracking database (sqlite)"
    kind: Kind = "experiment_run"

    def can_read(self, head: Head) -> bool:
        """Recognise a tracking store by its tables."""
        return head.shape == "sqlite" and head.tables >= TABLES and bool(head.tables & {"latest_metrics", "metrics"})

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read all runs, deleted ones too; `settings` is not needed."""
        del settings
        counts: Counter[str] = Counter()
        has_latest = "latest_metrics" in source.head().tables
        return Reading(
            batches=_read_batches(source, LATEST_METRICS_SQL if has_latest else ALL_METRICS_SQL, counts),
            columns=COLUMNS,
            warnings=WARNINGS,
            final_warnings=lambda: describe_counts(counts),
        )


def _read_batches(source: Source, metrics_sql: str, counts: Counter[str]) -> Iterator[Batch]:
    address = f"{source.path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            rows, line = database.execute(RUNS_SQL), 1
            while chunk := rows.fetchmany(BATCH_RUNS):
                yield build_run_batch(_build_runs(database, chunk, line, metrics_sql), None, counts)
                line += len(chunk)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        message = f"{source.name}: the database cannot be read ({error})."
        raise UnreadableFile(message, "Copy it while the tracking server is stopped, and import the copy.") from error


def _build_runs(
    database: sqlite3.Connection, chunk: Sequence[tuple[object, ...]], line: int, metrics_sql: str
) -> list[MlflowRun]:
    ids = [row[0] for row in chunk]
    metrics, parameters, tags = (_read_fields(database, sql, ids) for sql in (metrics_sql, PARAMETERS_SQL, TAGS_SQL))
    return [
        _build_run(line + index, row, metrics[row[0]], parameters[row[0]], tags[row[0]])
        for index, row in enumerate(chunk)
    ]


def _read_fields(database: sqlite3.Connection, sql: str, ids: Sequence[object]) -> dict[object, dict[str, str]]:
    fields: dict[object, dict[str, str]] = defaultdict(dict)
    for run, key, value in database.execute(sql.format(marks=", ".join("?" * len(ids))), ids):
        fields[run][str(key)] = "" if value is None else str(value)
    return fields


def _build_run(
    line: int, row: tuple[object, ...], metrics: dict[str, str], parameters: dict[str, str], tags: dict[str, str]
) -> MlflowRun:
    run, name, project, user, status, start, end, stage, version = row
    if version and "mlflow.source.git.commit" not in tags:
        tags = {**tags, "mlflow.source.git.commit": str(version)}
    person = tags.get("mlflow.user") or (str(user) if user and user != "unknown" else None)
    return MlflowRun(
        line=line,
        run_id=str(run) if run else None,
        name=tags.get("mlflow.runName") or (str(name) if name else None),
        project=str(project) if project else None,
        person=person,
        status=str(status or "").lower(),
        started=start if isinstance(start, int) else None,
        ended=end if isinstance(end, int) else None,
        is_deleted=stage == "deleted",
        is_readable_start=start is None or isinstance(start, int),
        is_readable_end=end is None or isinstance(end, int),
        metrics=parse_metrics(metrics),
        parameters=parameters,
        tags=tags,
    )


IMPORTER: Importer = MlflowDatabase()
