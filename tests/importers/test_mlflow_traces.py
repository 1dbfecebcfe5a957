"""Traces of MLflow beside the runs of one database, in its present and in its old form."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from importers.golden import FIXTURES, read_all

from dashboard.importers.contract import Settings
from dashboard.importers.formats import mlflow_page, mlflow_traces
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

REQUESTS = FIXTURES / "mlflow_traces" / "requests.db"
OLD_SCHEMA = """
    create table experiments (experiment_id integer primary key, name varchar(256));
    create table trace_info (
        request_id varchar(50) primary key, experiment_id integer, timestamp_ms bigint, execution_time_ms bigint,
        status varchar(50), client_request_id varchar(50)
    );
    create table trace_request_metadata ("key" varchar(250), value varchar(8000), request_id varchar(50));
    insert into experiments values (1, 'Signs');
    insert into trace_info values ('tr-1', 1, 1741000000000, 900, 'OK', 'sign-1');
    insert into trace_info values ('tr-2', 1, 1741000001000, null, 'IN_PROGRESS', null);
"""
RUN = """
    insert into runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id)
    values ('r1', 'train', 'FINISHED', 1741000000000, 1741000060000, 'active', 1);
"""


def change_database(path: Path, script: str) -> Path:
    """Run SQL on a database, which is made where there is none."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    return path


def test_a_database_with_runs_and_traces_gives_both_and_adds_nothing_the_second_time(tmp_path: Path) -> None:
    path = shutil.copy(REQUESTS, tmp_path / "mlflow.db")
    change_database(path, RUN)
    store = Store(tmp_path / "store")
    runs, traces = import_files(store, [path], Settings())
    assert (runs.source, runs.accepted, runs.seconds_total) == ("mlflow_db", 1, 60)
    assert (traces.source, traces.accepted, traces.rejected) == ("mlflow_traces", 1, 4)
    assert traces.file_name == "mlflow.db: traces"
    change_database(path, "create table another (id integer);")
    again = import_files(store, [path], Settings())
    assert [(result.accepted, result.changed) for result in again] == [(0, 0), (0, 0)]


def test_a_database_without_traces_is_one_source(tmp_path: Path) -> None:
    path = shutil.copy(REQUESTS, tmp_path / "mlflow.db")
    change_database(path, "delete from trace_info;")
    change_database(path, RUN)
    (result,) = import_files(Store(tmp_path / "store"), [path], Settings())
    assert (result.source, result.file_name) == ("mlflow_db", "mlflow.db")


def test_tokens_and_cost_of_old_databases_stand_in_the_metadata(tmp_path: Path) -> None:
    facts = {
        "mlflow.trace.tokenUsage": {"input_tokens": 20, "output_tokens": 4, "total_tokens": 24},
        "mlflow.trace.cost": {"input_cost": 0.001, "output_cost": 0.002, "total_cost": 0.003},
        "mlflow.traceInputs": {"text": "a sign"},
        "mlflow.traceOutputs": "stop",
    }
    path = change_database(tmp_path / "old.db", OLD_SCHEMA)
    with closing(sqlite3.connect(path)) as database:
        rows = [(name, json.dumps(value), "tr-1") for name, value in facts.items()]
        database.executemany("insert into trace_request_metadata values (?, ?, ?)", rows)
        database.commit()
    _, rows_read, accepted, bad = read_all(mlflow_traces.IMPORTER, path)
    (label,) = accepted.to_dicts()
    assert (rows_read, bad["reason"].to_list()) == (2, [mlflow_traces.UNFINISHED])
    assert (label["tokens"], label["cost"], label["currency"], label["answer"]) == (24, 0.003, "USD", "stop")
    assert (label["project"], label["milliseconds"]) == ("Signs", None)
    assert label["finished_at"].timestamp() == 1741000000.9


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("250ms", 250), ("3.1s", 3100), ("2.5min", 150_000), ("1.2h", 4_320_000), ("2.0d", 172_800_000), ("5", None)],
)
def test_lengths_of_the_web_page(text: str, milliseconds: int | None) -> None:
    assert mlflow_page.parse_length(text) == milliseconds
