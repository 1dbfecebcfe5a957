"""Experiment importers against their fixtures, and an MLflow database made here."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from importers.golden import FIXTURES, cases, counted, expected, lines_by_reason, read_all, recognised

from dashboard import errors
from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.formats import mlflow_csv, mlflow_db, native_runs
from dashboard.ingest.batch import import_each_file, import_files
from dashboard.ingest.results import ImportFailure, NothingToPublish
from dashboard.store.generations import Store

# The tables of a tracking server that are read, and one that must not be.
SCHEMA = """
    create table experiments (experiment_id integer primary key, name varchar(256) not null);
    create table runs (
        run_uuid varchar(32) primary key, name varchar(250), user_id varchar(256), status varchar(9),
        start_time bigint, end_time bigint, source_version varchar(50), lifecycle_stage varchar(20),
        experiment_id integer, deleted_time bigint
    );
    create table params ("key" varchar(250), value varchar(8000), run_uuid varchar(32));
    create table tags ("key" varchar(250), value varchar(8000), run_uuid varchar(32));
    create table metrics (
        "key" varchar(250), value float, timestamp bigint, step bigint, is_nan boolean, run_uuid varchar(32)
    );
    create table secrets (secret varchar(250));
"""
LATEST = """
    create table latest_metrics (
        "key" varchar(250), value float, timestamp bigint, step bigint, is_nan boolean, run_uuid varchar(32)
    );
"""
BEGIN = 1_741_000_000_000
RUNS = [
    ("p1", "sweep", "max", "FINISHED", BEGIN, BEGIN + 90_400, "", "active", 1, None),
    ("c1", "fold-0", "max", "FINISHED", BEGIN + 10, BEGIN + 30_000, "", "active", 1, None),
    ("f1", "oom", "unknown", "FAILED", BEGIN + 100_000, BEGIN + 104_600, "a1b2", "active", 1, None),
    ("k1", "stopped", "max", "KILLED", BEGIN + 200_000, BEGIN + 201_000, "", "active", 2, None),
    ("z1", "zombie", "unknown", "RUNNING", BEGIN + 300_000, None, "", "active", 1, None),
    ("d1", "gone", "max", "FINISHED", BEGIN + 400_000, BEGIN + 410_000, "", "deleted", 1, BEGIN + 420_000),
    ("b1", "backwards", "max", "FINISHED", BEGIN + 500_000, BEGIN, "", "active", 1, None),
]


@pytest.mark.parametrize(("importer", "path"), cases("experiment_run"))
def test_a_fixture_is_read_as_counted_by_hand(importer: Importer, path: Path) -> None:
    wanted = expected(path)
    assert recognised(path) == [importer.name]
    if "refused" in wanted:
        with pytest.raises(getattr(errors, wanted["refused"]["error"])) as caught:
            read_all(importer, path)
        assert wanted["refused"]["says"] in caught.value.message
        assert caught.value.hint
        return
    reading, rows, accepted, bad = read_all(importer, path)
    if "warnings" in wanted:
        assert [*reading.warnings, *reading.final_warnings()] == wanted["warnings"]
    assert (rows, accepted.height, bad.height) == (wanted["rows_read"], wanted["accepted"], wanted["rejected"])
    assert accepted["seconds"].sum() == wanted["seconds"]
    assert counted(accepted["state"]) == wanted["state"]
    assert accepted["labels_used"].sum() == wanted["labels_used"]
    assert accepted["parent_run"].is_not_null().sum() == wanted["nested"]
    assert sorted(accepted["person"].drop_nulls().unique()) == wanted["people"]
    assert lines_by_reason(bad) == wanted.get("reasons", {})


def database(folder: Path, *, with_latest: bool) -> Path:
    """Make a tracking database with a parent, a nested, a failed, a killed, a running and a deleted run."""
    path = folder / "tracking.db"
    metrics = [("f1", 0.7, 1, 0, 0, "p1"), ("f1", 0.9, 2, 1, 0, "p1"), ("loss", 0.0, 2, 1, 1, "p1")]
    with closing(sqlite3.connect(path)) as made:
        made.executescript(SCHEMA + (LATEST if with_latest else ""))
        made.execute("insert into experiments values (1, 'ner'), (2, 'signs')")
        made.execute("insert into secrets values ('never read')")
        made.executemany("insert into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", RUNS)
        made.execute(
            "insert into params values ('train_examples', '500', 'p1'), ('seed', '7', 'p1'), ('lr', '1', 'c1')"
        )
        made.execute("insert into tags values ('mlflow.parentRunId', 'p1', 'c1')")
        made.executemany("insert into metrics values (?, ?, ?, ?, ?, ?)", metrics)
        if with_latest:
            made.executemany("insert into latest_metrics values (?, ?, ?, ?, ?, ?)", metrics[1:])
        made.commit()
    return path


@pytest.fixture(params=[True, False], ids=["latest_metrics", "metrics only"])
def tracking(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return database(tmp_path, with_latest=bool(request.param))


def runs(accepted: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the runs by id."""
    return {str(row["native_id"]): row for row in accepted.iter_rows(named=True)}


def test_every_run_of_a_database_keeps_its_state(tracking: Path) -> None:
    assert recognised(tracking) == ["mlflow_db"]
    reading, rows, accepted, bad = read_all(mlflow_db.IMPORTER, tracking)
    found = runs(accepted)
    assert (rows, accepted.height, lines_by_reason(bad)) == (7, 6, {"end before start": [7]})
    assert {run: (row["state"], row["seconds"]) for run, row in found.items()} == {
        "p1": ("finished", 90),
        "c1": ("finished", 30),
        "f1": ("failed", 5),
        "k1": ("killed", 1),
        "z1": ("running", None),
        "d1": ("deleted", 10),
    }
    assert (found["c1"]["parent_run"], found["k1"]["project"], found["f1"]["person"]) == ("p1", "signs", None)
    assert reading.final_warnings() == (
        "Runs without an end, whose length is unknown: 1.",
        "Runs nested in another run, whose time the parent covers too: 1.",
        "Runs deleted in MLflow, kept and marked: 1.",
    )


def test_what_a_run_used_and_reached_is_read(tracking: Path) -> None:
    _, _, accepted, _ = read_all(mlflow_db.IMPORTER, tracking)
    row = runs(accepted)["p1"]
    assert (row["labels_used"], row["seed"], row["metric"], row["value"]) == (500, 7, "f1", 0.9)
    assert row["metrics"] == '{"f1": 0.9}'
    assert runs(accepted)["f1"]["code_version"] == "a1b2"


def test_a_database_is_only_read(tracking: Path) -> None:
    before = tracking.read_bytes()
    read_all(mlflow_db.IMPORTER, tracking)
    assert tracking.read_bytes() == before


def test_a_database_of_another_server_version_is_named(tmp_path: Path) -> None:
    path = database(tmp_path, with_latest=True)
    with closing(sqlite3.connect(path)) as made:
        made.execute("alter table runs rename column user_id to owner")
        made.commit()
    with pytest.raises(UnreadableFile, match="the database cannot be read"):
        read_all(mlflow_db.IMPORTER, path)


def test_more_runs_than_a_batch_holds_are_all_read(tmp_path: Path) -> None:
    path = database(tmp_path, with_latest=True)
    more = [(f"r{n:04}", None, "max", "FINISHED", BEGIN, BEGIN + 1000, "", "active", 1, None) for n in range(1200)]
    with closing(sqlite3.connect(path)) as made:
        made.executemany("insert into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", more)
        made.commit()
    _, rows, accepted, _ = read_all(mlflow_db.IMPORTER, path)
    assert (rows, accepted.height, accepted["line"].n_unique()) == (1207, 1206, 1206)


def test_csv_and_database_agree_on_equal_parameters() -> None:
    _, _, server, _ = read_all(mlflow_csv.IMPORTER, FIXTURES / "mlflow_csv" / "server.csv")
    _, _, files, _ = read_all(mlflow_csv.IMPORTER, FIXTURES / "mlflow_csv" / "file_store.csv")
    hashes = [dict(one.select("run", "parameters_hash").drop_nulls().iter_rows()) for one in (server, files)]
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0].values())) == 4


def test_native_runs_measure_from_start_to_end() -> None:
    _, _, accepted, _ = read_all(native_runs.IMPORTER, FIXTURES / "native_runs" / "runs.csv")
    assert accepted["seconds"].to_list() == [3630, 3630, None, 10]
    assert accepted.select("metric", "value").rows()[:2] == [("f1", 0.81), ("loss", 0.3)]


def test_a_search_for_all_runs_says_that_deleted_ones_cannot_be_told(tmp_path: Path) -> None:
    server = FIXTURES / "mlflow_csv" / "server.csv"
    reading, *_ = read_all(mlflow_csv.IMPORTER, server)
    (warning,) = (warning for warning in reading.warnings if "deleted" in warning)
    assert warning.startswith("This table does not say which runs were deleted")
    header, *lines = server.read_text("utf-8").splitlines()
    path = tmp_path / "staged.csv"
    stages = ["deleted", *["active"] * (len(lines) - 1)]
    rows = [f"{line},{stage}" for line, stage in zip(lines, stages, strict=True)]
    path.write_text("\n".join([f"{header},lifecycle_stage", *rows]) + "\n", "utf-8")
    reading, _, accepted, _ = read_all(mlflow_csv.IMPORTER, path)
    assert not any("deleted" in warning for warning in reading.warnings)
    assert accepted.sort("line")["state"].to_list().count("deleted") == 1


def test_a_database_and_a_search_of_one_store_give_the_same_runs_once(tmp_path: Path) -> None:
    path = database(tmp_path, with_latest=True)
    search = tmp_path / "search.csv"
    search.write_text(
        "run_id,experiment_id,status,artifact_uri,start_time,end_time\n"
        "p1,1,FINISHED,x,2025-03-03 11:06:40+00:00,2025-03-03 11:08:10.4+00:00\n"
        "d1,2,FINISHED,x,2025-03-03 11:13:20+00:00,2025-03-03 11:13:30+00:00\n",
        "utf-8",
    )
    for name, order in (("first", (path, search)), ("second", (search, path))):
        store = Store(tmp_path / name)
        for file in order:
            import_files(store, [file], Settings())
        with store.snapshot() as snapshot:
            states = dict(snapshot.query("select native_id, state from experiment_run").rows())
            count = snapshot.query("select count(*) from experiment_run").item()
        assert (count, states["d1"], states["p1"]) == (6, "deleted", "finished")


def test_a_file_store_is_the_same_as_folder_and_as_tar(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    packed = FIXTURES / "mlflow_files" / "store.tgz"
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "export", filter="data")
    (first,) = import_files(store, [tmp_path / "export"], Settings())
    (second,) = import_files(store, [packed], Settings())
    assert (first.source, first.rows_read, first.accepted) == ("mlflow_files", 16, 16)
    assert (second.accepted, second.changed, second.duplicate) == (0, 0, 16)


def test_offline_runs_of_a_folder_are_one_message(tmp_path: Path) -> None:
    for run in ("offline-run-20261122_181332-ttjp6gzg", "offline-run-20261122_181331-bkhw5flq"):
        (tmp_path / "wandb" / run / "files").mkdir(parents=True)
        (tmp_path / "wandb" / run / "files" / "requirements.txt").write_text("wandb==0.31.0\n", "utf-8")
        (tmp_path / "wandb" / run / f"run-{run[-8:]}.wandb").write_bytes(b":W&B\x00\xa1\x00")
    (tmp_path / "wandb" / "debug.log").write_text("started\n", "utf-8")
    with pytest.raises(NothingToPublish) as caught:
        import_each_file(Store(tmp_path / "store"), [tmp_path / "wandb"], Settings())
    (failure,) = caught.value.outcomes
    assert isinstance(failure, ImportFailure)
    assert "2 offline runs" in failure.error.message
    assert "wandb sync" in failure.error.hint
