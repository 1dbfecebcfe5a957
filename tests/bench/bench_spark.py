"""Daily sums of labeling events: DuckDB against Apache Spark on this machine, in seconds per million, at 1 M and more.

Events are generated month by month (12 months), so that a hundred million need no more memory than a few. Each engine
runs in a process of its own, over the same files, and both must give the same sums.

Run as `python -m tests.bench.bench_spark --events 1000000 5000000`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter, sleep

import duckdb

from dashboard.ingest.roll_up import roll_up_events
from dashboard.ingest.rollup_folder import read_manifest
from dashboard.store.duck_events import DuckEngine
from dashboard.store.spark_events import open_spark
from tests.bench import measure

MONTHS = 12
EVENTS_IN_FILE = 2_000_000
# Four hundred people; a person has one project, data set and method a day, and one event in twenty lacks a time.
EVENT = """
    with numbered as (
        select n, hash(n, 1) % 28 as day, hash(n, 2) % 400 as person from range($first, $first + $rows) as numbers(n)
    )
    select
        'label_studio' as source, cast($month || '-01' as date) + cast(day as integer) as day_on,
        'project ' || hash(person, day) % 12 as project, 'batch ' || hash(person, day) % 4 as dataset,
        'person ' || person as person,
        ['manual', 'pre-annotated', 'automatic'][1 + cast(hash(day, person) % 3 as integer)] as method,
        if(person % 5 = 0, 'review', 'annotate') as stage,
        if(person % 5 > 0, 'submitted', if(hash(n, 7) % 9 = 0, 'rejected', 'accepted')) as outcome,
        if(hash(n, 8) % 20 = 0, 'none', 'reported') as time_kind,
        if(hash(n, 8) % 20 = 0, null, cast(2000 + hash(n, 8) % 90000 as bigint)) as milliseconds,
        cast(hash(n, 9) % 6 as bigint) as objects
    from numbered
"""


def write_events(folder: Path, events: int) -> float:
    """Write the events of twelve months, in files of two million at most; return their size in megabytes."""
    con = duckdb.connect()
    per_month = events // MONTHS
    for number in range(MONTHS):
        target = folder / f"month=2025-{number + 1:02d}"
        target.mkdir(parents=True)
        for part, first in enumerate(range(0, per_month, EVENTS_IN_FILE)):
            rows = min(EVENTS_IN_FILE, per_month - first)
            con.execute(
                f"copy ({EVENT}) to '{target}/part-{part}.parquet' (compression zstd)",
                {"month": f"2025-{number + 1:02d}", "first": number * per_month + first, "rows": rows},
            )
    con.close()
    return sum(file.stat().st_size for file in folder.rglob("*.parquet")) / 1e6


def sum_events(name: str, master: str, events: Path, out: Path) -> None:
    """Sum the events by one engine, and print the seconds of its start and of the sums, and the peak in megabytes."""
    begun = perf_counter()
    with open_spark(master) if name == "spark" else nullcontext(DuckEngine()) as engine:
        started = perf_counter()
        peak = watch_memory()
        roll_up_events(engine, str(events), out)
        measure.say(f"{started - begun} {perf_counter() - started} {peak[0]}")


def watch_memory() -> list[float]:
    """Follow the memory of this process and its children; the list holds the largest sum seen, in megabytes."""
    peak = [0.0]

    def look() -> None:
        while True:
            peak[0] = max(peak[0], read_tree_megabytes(os.getpid()))
            sleep(0.2)

    threading.Thread(target=look, daemon=True).start()
    return peak


def read_tree_megabytes(process: int) -> float:
    """Return the resident memory of a process and of those it started."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0.0  # it has ended meanwhile
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(read_tree_megabytes(int(child)) for child in children)


def compare(events: int, master: str, folder: Path) -> None:
    """Print what each engine takes per million events, and whether both give the same."""
    place = folder / "events"
    made = perf_counter()
    size = write_events(place, events)
    measure.say(f"{events:,} events: {size:,.0f} MB of Parquet, made in {perf_counter() - made:.0f} s")
    manifests = []
    for name in ("duckdb", "spark"):
        out = folder / name
        words = measure.alone(
            "tests.bench.bench_spark", "--engine", name, "--master", master, "--place", str(place), "--out", str(out)
        ).splitlines()[-1]
        start, seconds, memory = map(float, words.split())
        measure.say(
            f"{events:,} events, {name}: {seconds:.1f} s = {seconds / events * 1e6:.2f} s per million, "
            f"after {start:.1f} s of start; {memory:,.0f} MB"
        )
        manifests.append(read_manifest(out))
    sums = sum(month.rows for month in manifests[0].months)
    verdict = "the same, byte for byte" if manifests[0] == manifests[1] else "DIFFERENT"
    measure.say(f"{events:,} events: {sums:,} daily sums, {verdict}")


def main() -> None:
    """Measure with the sizes asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, nargs="*", default=[1_000_000])
    options.add_argument("--master", default="local[2]")
    options.add_argument("--folder", type=Path, help="where the events are made; 100 M take about 1 GB there")
    options.add_argument("--engine", help=argparse.SUPPRESS)
    options.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.engine:
        sum_events(asked.engine, asked.master, asked.place, asked.out)
        return
    measure.machine()
    for events in asked.events:
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            compare(events, asked.master, Path(folder))


if __name__ == "__main__":
    main()
