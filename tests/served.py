"""Run the dashboard as a lead does: the command, a store, an address."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running(store: Path, *words: str, before: Sequence[str] = ()) -> Iterator[str]:
    """Run `labeltime serve` or `labeltime demo`, after the words of a tracer, and give the address it prints."""
    with socket.socket() as probe:  # a port of the system's choice: several workers start dashboards at once
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    program = [sys.executable, "-c", "from dashboard.cli.main import main; main()", "--store", str(store), *words]
    with subprocess.Popen(
        [*before, *program, "--no-browser", "--port", port], stdout=subprocess.PIPE, text=True, cwd=store.parent
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, f"no address in {line!r}"
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
