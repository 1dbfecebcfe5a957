"""The short form of the kill table: ended or refused steps are wholly there or wholly absent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_kills_two_writers_full_disks_and_damage_lose_nothing() -> None:
    script = ROOT / "tests" / "bench" / "kill_table.py"
    done = subprocess.run(
        [sys.executable, str(script), "--kills", "3", "--readers", "2"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = [line.split("|")[-2].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert sum(verdict.startswith(("nothing lost, nothing doubled", "not measured")) for verdict in verdicts) == 8
