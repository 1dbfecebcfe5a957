"""Import: against bare DuckDB, again, of mostly known rows, into a large store, and its memory.

Run as `python -m tests.bench.bench_import`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import duckdb

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from tests.bench import measure, volumes

SETTINGS = Settings(zone="UTC")
MEMORY_BAR = 1536
SMALL = 100_000


def bare(path: Path, table: Path) -> None:
    """Make a bare table from the file."""
    con = duckdb.connect(str(table))
    con.execute(f"create table entries as select * from read_csv('{path}')")  # noqa: S608 - a path of this script, no user input
    con.close()


def fresh(folder: Path) -> Iterator[Path]:
    """Yield paths that were never used."""
    return (folder / f"fresh{number}.csv" for number in count())


def whole_file(folder: Path, rows: int) -> None:
    """Measure a file against bare DuckDB, then the same file again, and files of which nine tenths are known."""
    path, new = volumes.write_entries(folder / "entries.csv", rows), fresh(folder)
    first = measure.medians(lambda: import_files(Store(next(new)), [path], SETTINGS), lambda: bare(path, next(new)), 3)
    measure.ratio(f"import of {rows:,} rows / bare read_csv", *first, 3.0)
    store = Store(next(new))
    import_files(store, [path], SETTINGS)
    again = measure.medians(lambda: import_files(store, [path], SETTINGS), lambda: bare(path, next(new)), 3)
    measure.ratio("the same file again / bare read_csv", *again, 1.5)
    starts = count(rows // 10, rows // 10)
    later = [volumes.write_entries(next(new), rows, next(starts)) for _ in range(3)]
    files = iter(later)
    mostly_known = measure.medians(
        lambda: import_files(store, [next(files)], SETTINGS), lambda: bare(path, next(new)), 3
    )
    measure.ratio("nine tenths of it again / bare read_csv", *mostly_known, 3.0)
    with store.snapshot() as snap:
        held = snap.query("select count(*) from time_entry").item()
    measure.say(f"rows after four imports of it, and three of later ones: {held:,}")


def into_large(folder: Path, held: int) -> None:
    """Measure a hundred thousand rows into a large store against an empty one."""
    new = fresh(folder)
    files = iter([volumes.write_entries(next(new), SMALL, 50_000_000 + SMALL * number) for number in range(6)])
    large = volumes.fill(folder / "large", held, 0)
    times = measure.medians(
        lambda: import_files(large, [next(files)], SETTINGS),
        lambda: import_files(Store(next(new)), [next(files)], SETTINGS),
        3,
    )
    measure.ratio(f"import of {SMALL:,} rows into {held:,} / into none", *times, 3.0)


def memory(folder: Path, rows: int) -> None:
    """Measure the peak resident size of one large import, in a process of its own."""
    path = volumes.write_entries(folder / "memory.csv", rows)
    peak = float(measure.alone("tests.bench.bench_import", "--only", str(path), str(folder / "memory")))
    verdict = "met" if peak <= MEMORY_BAR else "MISSED"
    measure.say(f"peak memory of importing {rows:,} rows: {peak:,.0f} MB (bar {MEMORY_BAR} MB, {verdict})")


def main() -> None:
    """Measure with the sizes asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--rows", type=int, default=1_000_000, help="rows of the file compared with bare DuckDB, 0: none"
    )
    options.add_argument("--held", type=int, nargs="*", default=[1_000_000, 10_000_000], help="rows of the large store")
    options.add_argument("--memory-rows", type=int, default=5_000_000, help="0 leaves the memory out")
    options.add_argument("--only", nargs=2, metavar=("FILE", "STORE"), help="import one file and print the peak memory")
    asked = options.parse_args()
    if asked.only:
        import_files(Store(Path(asked.only[1])), [Path(asked.only[0])], SETTINGS)
        measure.say(str(measure.peak_megabytes()))
        return
    measure.machine()
    if asked.rows:
        with tempfile.TemporaryDirectory() as folder:
            whole_file(Path(folder), asked.rows)
    for held in asked.held:
        with tempfile.TemporaryDirectory() as folder:
            into_large(Path(folder), held)
    if asked.memory_rows:
        with tempfile.TemporaryDirectory() as folder:
            memory(Path(folder), asked.memory_rows)


if __name__ == "__main__":
    main()
