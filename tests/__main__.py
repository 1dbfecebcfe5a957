"""Run all tests: `python -m tests` brings what pip cannot, then runs pytest on all cores; arguments go to pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.system_tools import install_missing

# Files stay together, so that workers share what a file builds; an idle worker takes over what another has left.
PARALLEL = ["-n", "auto", "--dist", "worksteal"]


def main() -> int:
    """Install missing system tools, run pytest and return its exit code."""
    to_do = install_missing()
    if to_do:
        print(to_do, file=sys.stderr)  # noqa: T201 - this is a program that talks to a person
        return 1
    os.chdir(Path(__file__).parent.parent)
    arguments = sys.argv[1:]
    is_parallel = not any(argument.startswith(("-n", "--pdb")) for argument in arguments)
    # Tests start hundreds of processes; without bytecode on disk, each of them compiles the whole program.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "pytest", *(PARALLEL if is_parallel else []), *arguments]
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main())
