"""Import: against bare DuckDB, again, into a large store, and its memory.

Run as `python -m tests.bench.bench_import`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import duckdb

from dashboard import ingest
from dashboard.importers.contract import Settings
from dashboard.store import Store
from tests.bench import measure, volumes

SETTINGS = Settings(zone="UTC")
MEMORY_BAR = 1536


def bare(path: Path, folder: Path) -> float:
    """Return the seconds of a bare table made from the file."""
    con = duckdb.connect(str(folder / "bare.duckdb"))
    took = measure.seconds(lambda: con.execute(f"create or replace table t as select * from read_csv('{path}')"))  # noqa: S608
    con.close()
    return took


def whole_file(folder: Path, rows: int) -> None:
    """Measure a file against bare DuckDB, then the same file again."""
    path = volumes.write_entries(folder / "entries.csv", rows)
    baseline = sorted(bare(path, folder) for _ in range(3))[1]
    first = sorted(
        measure.seconds(lambda n=n: ingest.add(Store(folder / f"s{n}"), [path], SETTINGS)) for n in range(3)
    )[1]
    measure.ratio(f"import of {rows:,} rows / bare read_csv", first, baseline, 2.0)
    again = measure.seconds(lambda: ingest.add(Store(folder / "s0"), [path], SETTINGS))
    measure.ratio("the same file again / bare read_csv", again, baseline, 1.5)
    with Store(folder / "s0").snapshot() as snap:
        held = snap.query("select count(*) from time_entry").item()
    measure.say(f"rows after both: {held:,}")


def into_large(folder: Path, held: int) -> None:
    """Measure a hundred thousand rows into a large store against an empty one."""
    path = volumes.write_entries(folder / "small.csv", 100_000, start=50_000_000)
    empty = sorted(
        measure.seconds(lambda n=n: ingest.add(Store(folder / f"e{n}"), [path], SETTINGS)) for n in range(3)
    )[1]
    large = volumes.fill(folder / "large", held, 0)
    took = measure.seconds(lambda: ingest.add(large, [path], SETTINGS))
    measure.ratio(f"import of 100,000 rows into {held:,} / into none", took, empty, 3.0)


def memory(folder: Path, rows: int) -> None:
    """Measure the peak resident size of one large import, in a process of its own."""
    path = volumes.write_entries(folder / "memory.csv", rows)
    peak = float(measure.alone("tests.bench.bench_import", "--only", str(path), str(folder / "memory")))
    verdict = "met" if peak <= MEMORY_BAR else "MISSED"
    measure.say(f"peak memory of importing {rows:,} rows: {peak:,.0f} MB (bar {MEMORY_BAR} MB, {verdict})")


def main() -> None:
    """Measure with the sizes asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="rows of the file compared with bare DuckDB")
    options.add_argument("--held", type=int, nargs="*", default=[1_000_000, 10_000_000], help="rows of the large store")
    options.add_argument("--memory-rows", type=int, default=5_000_000)
    options.add_argument("--only", nargs=2, metavar=("FILE", "STORE"), help="import one file and print the peak memory")
    asked = options.parse_args()
    if asked.only:
        ingest.add(Store(Path(asked.only[1])), [Path(asked.only[0])], SETTINGS)
        measure.say(str(measure.peak_megabytes()))
        return
    measure.machine()
    with tempfile.TemporaryDirectory() as folder:
        whole_file(Path(folder), asked.rows)
    for held in asked.held:
        with tempfile.TemporaryDirectory() as folder:
            into_large(Path(folder), held)
    with tempfile.TemporaryDirectory() as folder:
        memory(Path(folder), asked.memory_rows)


if __name__ == "__main__":
    main()
