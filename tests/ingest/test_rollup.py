"""`labeltime rollup`: which months are summed, what is published when, and what is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from simulated_events import list_months, write_events

from dashboard.cli.main import main
from dashboard.errors import DashboardError, MissingProgram, StoreBusy, UnreadableFile, UnwritableFile
from dashboard.ingest.roll_up import lock_folder, roll_up_events
from dashboard.ingest.rollup_folder import MANIFEST, SUMS_FOLDER, SUMS_SCHEMA, parse_sums, read_manifest
from dashboard.store.duck_events import DuckEngine
from dashboard.store.spark_events import open_spark

MONTHS = [*list_months(3), None]
KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from dashboard.ingest.roll_up import roll_up_events
from dashboard.store.duck_events import DuckEngine

def kill_at_third(text):
    if ", 3 of" in text:
        os.kill(os.getpid(), signal.SIGKILL)

roll_up_events(DuckEngine(), sys.argv[1], Path(sys.argv[2]), kill_at_third)
"""
Damage = Callable[[Path], object]


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Give a folder of 4,000 events: three months, and those without a day."""
    return write_events(tmp_path / "events", MONTHS, 1000, files=2)


def read_all_sums(folder: Path) -> pl.DataFrame:
    """Return all published daily sums of a folder."""
    names = [month.file_name for month in read_manifest(folder).months]
    return pl.concat(parse_sums((folder / SUMS_FOLDER / name).read_bytes()) for name in names)


def event_row(**values: object) -> pl.DataFrame:
    """Return one event with every column."""
    row = {
        "source": "cvat",
        "day_on": date(2025, 1, 6),
        "project": "signs",
        "dataset": None,
        "person": "Ann",
        "method": "manual",
        "stage": "annotate",
        "outcome": "submitted",
        "time_kind": "reported",
        "milliseconds": 1500,
        "objects": 2,
    }
    return pl.DataFrame([row | values]).with_columns(pl.col("dataset").cast(pl.String))


def test_the_sums_are_those_of_the_events(events: Path, tmp_path: Path) -> None:
    result = roll_up_events(DuckEngine(), str(events), tmp_path / "sums")
    single = pl.read_parquet(events / "**/*.parquet", hive_partitioning=False)
    sums = read_all_sums(tmp_path / "sums")
    assert sums.get_column("events").sum() == single.height == 4000
    assert sums.get_column("timed_events").sum() == single.get_column("milliseconds").count()
    for column in ("milliseconds", "objects"):
        assert sums.get_column(column).sum() == single.get_column(column).sum()
    by_method = single.group_by("method").len("events").sort("method")
    assert (
        sums.group_by("method").agg(pl.col("events").sum()).sort("method").equals(by_method.cast({"events": pl.Int64}))
    )
    assert [month.month for month in result.manifest.months] == ["2025-01", "2025-02", "2025-03", "undated"]
    assert [month.events for month in result.manifest.months] == [1000] * 4
    assert sums.filter(project="").is_empty(), "an empty name is none"
    assert sums.get_column("day_on").null_count() == result.manifest.months[3].rows


def test_only_months_that_changed_are_summed(events: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sums"
    roll_up_events(DuckEngine(), str(events), folder)
    before = {path.name: path.stat().st_mtime_ns for path in (folder / SUMS_FOLDER).iterdir()}
    assert roll_up_events(DuckEngine(), str(events), folder).summed == ()
    write_events(events, ["2025-02"], 500, first=90_000)
    result = roll_up_events(DuckEngine(), str(events), folder)
    assert result.summed == ("2025-02",)
    assert [month.events for month in result.manifest.months] == [1000, 1000, 1000, 1000]  # 500 replaced, 500 kept
    after = {path.name: path.stat().st_mtime_ns for path in (folder / SUMS_FOLDER).iterdir()}
    assert len(after) == len(before) == 4
    assert len(after.items() & before.items()) == 3
    for file in (events / "month=2025-03").iterdir():
        file.unlink()
    assert roll_up_events(DuckEngine(), str(events), folder).gone == ("2025-03",)
    assert [month.month for month in read_manifest(folder).months] == ["2025-01", "2025-02", "undated"]


def test_a_killed_run_publishes_nothing_and_the_next_one_goes_on(events: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sums"
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN, events, folder], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (folder / MANIFEST).exists()
    finished = {path.name: path.stat().st_mtime_ns for path in (folder / SUMS_FOLDER).iterdir()}
    assert len(finished) == 2
    (folder / SUMS_FOLDER / ".2025-03-half.parquet.0").write_bytes(b"half")
    roll_up_events(DuckEngine(), str(events), folder)
    assert read_all_sums(folder).get_column("events").sum() == 4000
    files = {path.name: path.stat().st_mtime_ns for path in (folder / SUMS_FOLDER).iterdir()}
    assert len(files) == 4
    assert files.items() >= finished.items(), "finished months are taken, not summed again"


def test_a_run_that_fails_leaves_what_was_published(events: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sums"
    roll_up_events(DuckEngine(), str(events), folder)
    before = (folder / MANIFEST).read_bytes()
    write_events(events, ["2025-01"], 10, first=90_000)
    (events / "month=2025-02" / "part-0.parquet").write_bytes(b"PAR1 damaged PAR1")
    with pytest.raises(UnreadableFile, match=r"2025-02: .*Nothing was published"):
        roll_up_events(DuckEngine(), str(events), folder)
    assert (folder / MANIFEST).read_bytes() == before
    assert read_all_sums(folder).get_column("events").sum() == 4000


def replace_january(folder: Path, frame: pl.DataFrame) -> None:
    """Replace the files of January by one."""
    (folder / "month=2025-01" / "part-1.parquet").unlink()
    frame.write_parquet(folder / "month=2025-01" / "part-0.parquet")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: replace_january(folder, event_row().drop("method", "objects")), "no column method, objects"),
        (lambda folder: replace_january(folder, event_row(milliseconds=1.5)), "milliseconds is of the type DOUBLE"),
        (lambda folder: replace_january(folder, event_row(day_on="2025-01-06")), "day_on is of the type VARCHAR"),
        (
            lambda folder: replace_january(folder, event_row(milliseconds=-1)),
            "time or number of objects below zero",
        ),
        (
            lambda folder: replace_january(folder, event_row(objects=-1)),
            "time or number of objects below zero",
        ),
        (lambda folder: replace_january(folder, event_row(day_on=date(1, 1, 1))), "1 event dated outside 1990 to 2100"),
        (lambda folder: replace_january(folder, event_row(person="A\0nn")), "A name has a NUL byte"),
        (lambda folder: replace_january(folder, event_row(milliseconds=2**62)), "are longer than 31 days"),
        (
            lambda folder: replace_january(folder, event_row(method="by hand")),
            "1 event without a known method, such as 'by hand'",
        ),
        (
            lambda folder: replace_january(folder, event_row().with_columns(source=pl.lit(None, pl.String))),
            "1 event without a known source, such as an empty one",
        ),
        (lambda folder: (folder / "month=2025-01" / "a.parquet").write_bytes(b""), "cannot be read"),
        (lambda folder: (folder / "month=2025-01").rename(folder / "month=2025-13"), "stands in no folder of a month"),
        (lambda folder: event_row().write_parquet(folder / "month=2025-01" / "a[1].parquet"), "Rename it"),
    ],
)
def test_events_that_cannot_be_summed_are_refused_in_words(
    damage: Damage, words: str, events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(events)
    with pytest.raises(SystemExit, match="1"):
        main(["rollup", str(events), "--out", str(tmp_path / "sums")])
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    assert not (tmp_path / "sums" / MANIFEST).exists()


def test_names_lose_the_blanks_around_them(tmp_path: Path) -> None:
    folder = tmp_path / "events" / "month=2025-01"
    folder.mkdir(parents=True)
    rows = [event_row(), event_row(person=" Ann ", project=" signs", source="cvat ", dataset=" ")]
    pl.concat(rows).write_parquet(folder / "part-0.parquet")
    roll_up_events(DuckEngine(), str(tmp_path / "events"), tmp_path / "sums")
    sums = read_all_sums(tmp_path / "sums").select("source", "project", "dataset", "person", "events")
    assert sums.rows() == [("cvat", "signs", None, "Ann", 2)]


@pytest.mark.parametrize(
    "counts",
    [
        {"events": 0},
        {"events": -1, "timed_events": -1},
        {"timed_events": 2},
        {"milliseconds": -1},
        {"objects": -1},
        {"events": None},
        {"milliseconds": None},
    ],
)
def test_sums_that_no_events_have_are_refused(counts: dict[str, object], events: Path, tmp_path: Path) -> None:
    roll_up_events(DuckEngine(), str(events), tmp_path / "sums")
    row = read_all_sums(tmp_path / "sums").head(1).with_columns(events=pl.lit(1), timed_events=pl.lit(1))
    forged = row.with_columns(pl.lit(value, pl.Int64).alias(name) for name, value in counts.items())
    content = BytesIO()
    forged.cast(SUMS_SCHEMA).write_parquet(content)
    with pytest.raises(UnreadableFile, match="counts that no events have"):
        parse_sums(content.getvalue())


def test_a_small_file_of_millions_of_sums_is_refused_before_it_is_read(events: Path, tmp_path: Path) -> None:
    roll_up_events(DuckEngine(), str(events), tmp_path / "sums")
    row, content = read_all_sums(tmp_path / "sums").head(1), BytesIO()
    copies = pl.select(copy=pl.int_range(2_000_000))
    row.join(copies, how="cross").drop("copy").write_parquet(content)
    with pytest.raises(UnreadableFile, match="2,000,000 rows in"):
        parse_sums(content.getvalue())


@pytest.mark.parametrize("place", ["nothing", "empty", "s3://bucket/events"])
def test_a_place_without_events_is_refused_in_words(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(SystemExit, match="1"):
        main(["rollup", place, "--out", "sums"])
    assert place in capsys.readouterr().err
    assert not Path("sums").exists()


def test_side_files_are_passed_over_and_odd_names_are_read(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s a "place" of 100 % événements; --'
    month = folder / "year=2025" / "month=2025-01"
    for inner in ("_temporary", ".hidden"):
        (month / inner).mkdir(parents=True)
        (month / inner / "part.parquet").write_bytes(b"half")
    (month / "_SUCCESS").touch()
    (month / "notes.txt").touch()
    event_row().write_parquet(month / "part 1'.parquet")
    assert roll_up_events(DuckEngine(), str(folder), tmp_path / "sums").manifest.months[0].events == 1


def test_a_folder_holds_the_sums_of_one_place_and_one_run_writes_to_it(events: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sums"
    roll_up_events(DuckEngine(), str(events), folder)
    other = write_events(tmp_path / "other", ["2025-01"], 10)
    with pytest.raises(UnwritableFile, match="holds the rollup of"):
        roll_up_events(DuckEngine(), str(other), folder)
    with lock_folder(folder), pytest.raises(StoreBusy, match="Another rollup is writing"):
        roll_up_events(DuckEngine(), str(events), folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"labeltime_rollup": 2}',
        b'{"labeltime_rollup": 1, "events": 1, "months": []}',
        b"\xff",
    ],
)
def test_a_damaged_manifest_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(UnreadableFile):
        read_manifest(tmp_path)


@pytest.mark.parametrize(("field", "value"), [("month", "../x"), ("rows", -1), ("sha256", "x"), ("events", True)])
def test_a_manifest_names_no_file_outside_and_counts_nothing_odd(
    field: str, value: object, events: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sums"
    roll_up_events(DuckEngine(), str(events), folder)
    content = json.loads((folder / MANIFEST).read_text())
    content["months"][0][field] = value
    (folder / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_manifest(folder)


def test_a_master_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["rollup", str(tmp_path), "--out", str(tmp_path / "sums"), "--engine", "spark", "--master", "nonsense"])
    assert "nonsense is no master of Spark" in capsys.readouterr().err


def test_without_spark_or_java_one_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pyspark.sql", None)
        with pytest.raises(MissingProgram, match=r"pip install 'labeltime\[spark\]'"), open_spark("local[2]"):
            pass
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(DashboardError, match="default-jre-headless"), open_spark("local[2]"):
        pass
