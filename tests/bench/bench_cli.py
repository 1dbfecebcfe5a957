"""Start of the command line against a bare import of typer. Run as `python -m tests.bench.bench_cli`."""

from __future__ import annotations

import subprocess
import sys

from tests.bench import measure

TIMES = 9
OURS = [sys.executable, "-m", "dashboard.cli.main", "--help"]
BARE = [sys.executable, "-c", "import typer"]
LOADED = (
    "import sys; from dashboard import cli\n"
    "print([name for name in ('streamlit', 'altair', 'polars', 'duckdb', 'statsmodels') if name in sys.modules])"
)


def run(command: list[str]) -> None:
    """Run a command to its end."""
    subprocess.run(command, cwd=measure.ROOT, check=True, capture_output=True)


def main() -> None:
    """Measure both, and name heavy modules that were imported."""
    measure.machine()
    run(OURS)
    ours, bare = measure.medians(lambda: run(OURS), lambda: run(BARE), TIMES)
    measure.ratio("labeltime --help / import typer", ours, bare, 3.0)
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=measure.ROOT, check=True, capture_output=True, text=True)
    measure.say(f"heavy modules imported by the command line: {done.stdout.strip()}")


if __name__ == "__main__":
    main()
