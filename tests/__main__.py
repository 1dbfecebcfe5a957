"""Run all tests: `python -m tests` brings what pip cannot, then runs pytest on all cores; arguments go to pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.system_tools import install_missing

# Files stay together, so that workers share what a file builds; an idle worker takes over what another has left.
PARALLEL = ["-n", "auto", "--dist", "worksteal"]
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it
MEMORY_ROOM = 4 << 30  # bytes; the stores of passed tests are removed at once


def main() -> int:
    """Install missing system tools, run pytest and return its exit code."""
    to_do = install_missing()
    if to_do:
        print(to_do, file=sys.stderr)  # noqa: T201 - this is a program that talks to a person
        return 1
    os.chdir(Path(__file__).parent.parent)
    arguments = sys.argv[1:]
    is_parallel = not any(argument.startswith(("-n", "--pdb")) for argument in arguments)
    command = [sys.executable, "-m", "pytest", *(PARALLEL if is_parallel else []), *arguments]
    # Nothing is left behind, and nothing that others left is met; `--basetemp FOLDER` keeps what failed tests wrote.
    with tempfile.TemporaryDirectory(
        prefix="labeltime-tests-", dir=choose_disk(), ignore_cleanup_errors=True
    ) as scratch:
        variables = {**keep_bytecode(), "PYTEST_DEBUG_TEMPROOT": scratch}
        if is_parallel:  # there is a worker for every core already
            variables.setdefault("LABELTIME_THREADS", "1")
        return subprocess.call(command, env=variables)


def choose_disk() -> Path | None:
    """Return the disk in memory, where there is room: stores are synced at every change (None = the usual one)."""
    try:
        return MEMORY_DISK if shutil.disk_usage(MEMORY_DISK).free > MEMORY_ROOM else None
    except OSError:
        return None


def keep_bytecode() -> dict[str, str]:
    """Return the environment in which the hundreds of processes that tests start need not compile the program anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


if __name__ == "__main__":
    sys.exit(main())
