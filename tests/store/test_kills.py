"""The short form of the kill table: ended steps are wholly there or wholly absent, and two writers lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_killed_steps_beside_readers_and_two_writers_lose_nothing() -> None:
    script = ROOT / "tests" / "bench" / "kill_table.py"
    done = subprocess.run(
        [sys.executable, str(script), "--kills", "3", "--readers", "2"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("nothing lost, nothing doubled") == 2
