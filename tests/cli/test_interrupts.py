"""Ctrl-C ends a command with one line, and leaves the store as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from worked_team import imported

from dashboard.cli.failures import STOPPED, was_interrupted

PROGRAM = [sys.executable, "-c", "from dashboard.cli.main import main; main()"]


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_an_import_that_is_stopped_says_so_and_changes_nothing(tmp_path: Path, seconds: float) -> None:
    store = imported(tmp_path)
    before = store.generation()
    file = tmp_path / "many.csv"
    rows = (f"P{n % 7},2026-0{1 + n % 6}-{1 + n % 28:02d},{60 + n % 1000},Pr{n},labeling" for n in range(150_000))
    file.write_text("person,day_on,seconds,project,task\n" + "\n".join(rows), encoding="utf-8")
    files = sorted(store.folder.iterdir())
    with subprocess.Popen(
        [*PROGRAM, "--store", str(store.folder), "import", str(file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        until = monotonic() + 20
        while sorted(store.folder.iterdir()) == files and monotonic() < until and process.poll() is None:
            sleep(0.02)
        sleep(seconds)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", f"labeltime: {STOPPED}\n")
    assert store.generation() == before
    assert sorted(store.folder.iterdir()) == files


@pytest.mark.parametrize(
    ("error", "interrupts", "is_stopped"),
    [
        (RuntimeError("Query interrupted"), [signal.SIGINT], True),
        (RuntimeError("Query interrupted"), [], False),
        (KeyboardInterrupt(), [], True),
        (SystemExit(130), [signal.SIGINT], True),
        (SystemExit(0), [signal.SIGINT], False),
    ],
)
def test_an_error_after_an_interrupt_is_no_unexpected_one(
    error: BaseException,
    interrupts: list[int],
    is_stopped: bool,  # noqa: FBT001 - of a table
) -> None:
    assert was_interrupted(error, interrupts) is is_stopped
