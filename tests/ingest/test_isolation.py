"""Files that would end the program end only the process that reads them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from dashboard.errors import DashboardError, QuestionNeeded, UnreadableFile, is_disk_full
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, preview_import
from dashboard.ingest.isolation import open_isolated
from dashboard.ingest.reading_worker import Worker
from dashboard.store.generations import Store

ENTRIES = "person,day_on,seconds\nAda,2026-03-02,60\n"


def written(folder: Path, content: str, name: str = "time.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def far_cell(tmp_path: Path) -> Path:
    """Write a small workbook whose used range is the largest there is."""
    path = tmp_path / "far_cell.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["person", "day_on", "seconds"])
        sheet.write_row(1, 0, ["Ada", "2026-03-02", "60"])
        sheet.write_string(1_048_575, 16_383, "far")
    return path


def assert_reads_next_file(folder: Path) -> None:
    results = import_files(Store(folder / "store"), [written(folder, ENTRIES)], Settings())
    assert [(result.accepted, result.seconds_total) for result in results] == [(1, 60)]


@pytest.mark.parametrize("act", [import_files, preview_import])
def test_a_cell_at_the_far_end_of_a_sheet_is_no_end_of_the_program(tmp_path: Path, far_cell: Path, act: object) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(UnreadableFile, match=r"far_cell\.xlsx.*memory") as caught:
        import_files(store, [far_cell], Settings()) if act is import_files else preview_import(
            store, far_cell, Settings()
        )
    assert "LABELTIME_READ_MEMORY" in caught.value.hint
    assert_reads_next_file(tmp_path)


def test_a_file_that_takes_too_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_isolated(written(tmp_path, ENTRIES)):
        monkeypatch.setenv("LABELTIME_READ_SECONDS", "2")  # once a process has started
    with open_isolated(written(tmp_path, ENTRIES, "slow.csv")) as (source,):
        os.kill(source._process.process.pid, signal.SIGSTOP)  # noqa: SLF001 - as a parser that never ends
        with pytest.raises(UnreadableFile, match=r"slow\.csv.*longer than 2 seconds") as caught:
            source.head()
    assert "LABELTIME_READ_SECONDS" in caught.value.hint
    monkeypatch.delenv("LABELTIME_READ_SECONDS")
    assert_reads_next_file(tmp_path)


def test_a_reader_that_is_killed_is_told_with_its_signal(tmp_path: Path) -> None:
    with open_isolated(written(tmp_path, ENTRIES)) as (source,):
        os.kill(source._process.process.pid, signal.SIGKILL)  # noqa: SLF001 - as the system does when memory is short
        with pytest.raises(UnreadableFile, match=r"time\.csv.*signal 9"):
            source.head()
    assert_reads_next_file(tmp_path)


@pytest.mark.parametrize(("name", "value"), [("LABELTIME_READ_MEMORY", "much"), ("LABELTIME_READ_SECONDS", "0")])
def test_a_limit_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(DashboardError, match=name), open_isolated(written(tmp_path, ENTRIES)):
        pass


def test_questions_and_heads_come_through(tmp_path: Path) -> None:
    path = written(tmp_path, "person,started_at,seconds\nAda,2026-03-02 10:00,60\n")
    with open_isolated(path) as (source,):
        head = source.head()
        assert head.header == ("person", "started_at", "seconds")
        assert head.sample.rows() == [("Ada", "2026-03-02 10:00", "60")]
        importer = source.recognise(Settings())
        with pytest.raises(QuestionNeeded) as caught:
            source.read(Settings(), importer)
        assert caught.value.question == "zone"
        reading = source.read(Settings(zone="Europe/Berlin"), importer)
        assert pl.concat(batch.accepted for batch in reading.batches)["seconds"].to_list() == [60]
        assert isinstance(reading.final_warnings(), tuple)


def test_nothing_stays_behind(tmp_path: Path, far_cell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the folder would be a pattern to Polars."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "te[m]porary"))
    (tmp_path / "te[m]porary").mkdir()
    with pytest.raises(UnreadableFile), open_isolated(far_cell):
        pass
    with open_isolated(written(tmp_path, ENTRIES)) as (source,):
        next(source.read(Settings(), source.recognise(Settings())).batches)
    assert list((tmp_path / "te[m]porary").iterdir()) == []


def test_the_reader_ends_with_the_program(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\nfrom dashboard.ingest.isolation import open_isolated\n"
        "with open_isolated(pathlib.Path(sys.argv[1])) as (source,):\n"
        "    print(source._process.process.pid, flush=True)\n    sys.stdin.read(1)\n    os.kill(os.getpid(), 9)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(written(tmp_path, ENTRIES))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        reader = int(running.stdout.readline())
        os.kill(reader, 0)
        running.communicate("x")
    for _ in range(100):
        try:
            os.kill(reader, 0)
        except ProcessLookupError:
            return
        signal.sigtimedwait([], 0.05)
    status = Path(f"/proc/{reader}/status").read_text(encoding="utf-8")
    assert "Z (zombie)" in status


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_a_full_disk_is_not_called_damage_of_the_file(is_wrapped: bool) -> None:  # noqa: FBT001
    full = OSError(errno.ENOSPC, "No space left on device")

    def break_down(_: object) -> dict[str, object]:
        if is_wrapped:
            raise UnreadableFile('"a.csv.gz" is cut off or damaged.') from full
        raise full

    worker = Worker()
    worker.actions["open"] = break_down
    answer = worker.answer({"do": "open", "name": "a.csv.gz", "path": "a.csv.gz"})
    assert answer["error"] == "NoRoom"


def test_the_words_of_a_row_are_no_full_disk() -> None:
    assert not is_disk_full(ValueError("No space left on device"))
