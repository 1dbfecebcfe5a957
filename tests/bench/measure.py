"""How the benchmarks measure and print: always beside a baseline from the same run."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
KILOBYTES = 1024  # of a megabyte


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def machine() -> None:
    """Print what the figures were measured on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "streamlit", "altair"))
    say(f"machine: {model}, {os.cpu_count()} cores, {memory:.0f} GiB; load {os.getloadavg()[0]:.1f}")
    say(f"versions: python {platform.python_version()}, {versions}")


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes, wall clock."""
    begun = perf_counter()
    action()
    return perf_counter() - begun


def medians(ours: Callable[[], object], baseline: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the median seconds of both, run in turns so that other load on the machine meets both alike."""
    pairs = [(seconds(ours), seconds(baseline)) for _ in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def ratio(what: str, ours: float, baseline: float, bar: float) -> None:
    """Print one measurement against its baseline and its bar."""
    times = ours / baseline
    verdict = "met" if times <= bar else "MISSED"
    say(f"{what}: {ours:.3f} s / {baseline:.3f} s = {times:.2f} x (bar {bar:g} x, {verdict})")


def alone(module: str, *arguments: str) -> str:
    """Run a benchmark's part in a process of its own and return what it printed."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def peak_megabytes() -> float:
    """Return the largest resident size this process ever had, in megabytes of 1,024 kilobytes.

    Linux passes `ru_maxrss` on to every process that is started: it would be the peak of whoever starts the part.
    """
    status = Path("/proc/self/status")
    peaks = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(peaks[0]) / KILOBYTES
