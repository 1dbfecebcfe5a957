"""Import of a large file beside scripts that do the same job with other tools, in the same run.

Run as `python -m tests.bench.bench_peers`. The job: read, instants and days, a key, drop what is double, eight
category rules, daily sums, and store all of it. Each script is written as its tool's users would; none keeps the
rejected rows, the history or the undo that the import keeps.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import duckdb
import pandas as pd
import polars as pl

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from tests.bench import measure, volumes

RULES = {
    "label": "annotating",
    "annotat": "annotating",
    "review": "reviewing",
    "gold": "reviewing",
    "train": "modeling",
    "evaluat": "modeling",
    "deploy": "operations",
    "meeting": "meetings",
}
BAR = 0.35  # of the script in pandas


def run_labeltime(path: Path, folder: Path) -> None:
    """Import the file."""
    import_files(Store(folder / "store"), [path], Settings(zone="UTC"))


def run_pandas(path: Path, folder: Path) -> None:
    """Do the job in pandas."""
    frame = pd.read_csv(path)
    frame["started_at"] = pd.to_datetime(frame["started_at"], utc=True).dt.tz_localize(None)
    frame["day_on"] = frame["started_at"].dt.floor("D")
    frame["key"] = pd.util.hash_pandas_object(frame[["person", "started_at", "project", "description"]], index=False)
    frame = frame.drop_duplicates("key")
    frame["category"] = "uncategorized"
    for word, category in RULES.items():
        is_open = frame["category"] == "uncategorized"
        frame.loc[is_open & frame["description"].str.contains(word, case=False, regex=True), "category"] = category
    daily = frame.groupby(["day_on", "person", "project", "category"], as_index=False)["seconds"].sum()
    store_frames(folder, frame, daily)


def run_polars(path: Path, folder: Path) -> None:
    """Do the job in Polars alone, lazily."""
    category = pl.lit("uncategorized")
    for word, name in reversed(RULES.items()):
        has_word = pl.col("description").str.contains(f"(?i){word}")
        category = pl.when(has_word).then(pl.lit(name)).otherwise(category)
    frame = (
        pl.scan_csv(path, try_parse_dates=True)
        .with_columns(pl.col("started_at").dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        .with_columns(
            pl.col("started_at").dt.date().alias("day_on"),
            pl.struct("person", "started_at", "project", "description").hash().alias("key"),
            category.alias("category"),
        )
        .unique("key")
        .collect()
    )
    daily = frame.group_by("day_on", "person", "project", "category").agg(pl.col("seconds").sum())
    store_frames(folder, frame, daily)


def store_frames(folder: Path, frame: object, daily: object) -> None:
    """Write entries and daily sums to a DuckDB file."""
    con = duckdb.connect(str(folder / "peer.duckdb"))
    for name, rows in (("entries", frame), ("daily", daily)):
        con.register("rows_", rows)
        con.execute(f"create table {name} as from rows_")
    con.close()


def run_sqlite(path: Path, folder: Path) -> None:
    """Do the job in SQLite, as SQL behind a dashboard would."""
    con = sqlite3.connect(folder / "peer.sqlite")
    con.execute("create table raw (person, seconds integer, project, description, started_at)")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        con.executemany("insert into raw values (?, ?, ?, ?, ?)", rows)
    whens = " ".join(f"when description like '%{word}%' then '{category}'" for word, category in RULES.items())
    con.execute(
        f"create table entries as select distinct *, date(started_at) as day_on,"  # noqa: S608 - words of this script
        f" case {whens} else 'uncategorized' end as category from raw"
    )
    con.execute(
        "create table daily as select day_on, person, project, category, sum(seconds) as seconds"
        " from entries group by 1, 2, 3, 4"
    )
    con.commit()
    con.close()


def run_chdb(path: Path, folder: Path) -> None:
    """Do the job in ClickHouse inside the process."""
    from chdb.session import Session  # type: ignore[import-not-found]

    whens = ", ".join(f"description ilike '%{word}%', '{category}'" for word, category in RULES.items())
    session = Session(str(folder / "peer.chdb"))
    session.query("create database peer")
    session.query(
        "create table peer.entries engine = MergeTree order by key as select distinct on (key)"  # noqa: S608 - own words
        " person, seconds, project, description, parseDateTimeBestEffort(started_at) as started,"
        " toDate(started) as day_on, sipHash64(person, started, project, description) as key,"
        f" multiIf({whens}, 'uncategorized') as category from file('{path}', CSVWithNames)"
    )
    session.query(
        "create table peer.daily engine = MergeTree order by day_on as select day_on, person, project, category,"
        " sum(seconds) as seconds from peer.entries group by all"
    )


PEERS: dict[str, Callable[[Path, Path], None]] = {
    "labeltime": run_labeltime,
    "pandas": run_pandas,
    "polars": run_polars,
    "sqlite": run_sqlite,
    "chdb": run_chdb,
}


def main() -> None:
    """Measure every tool that is installed, each in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--peer", nargs=3, metavar=("NAME", "FILE", "FOLDER"), help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.peer:
        name, path, folder = asked.peer
        begun = perf_counter()
        PEERS[name](Path(path), Path(folder))
        measure.say(f"{perf_counter() - begun} {measure.peak_megabytes()}")
        return
    measure.machine()
    times: dict[str, float] = {}
    for name in PEERS:
        if name == "chdb" and find_spec("chdb") is None:
            measure.say("chdb is not installed: pip install chdb")
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = volumes.write_entries(Path(folder) / "entries.csv", asked.rows)
            printed = measure.alone("tests.bench.bench_peers", "--peer", name, str(path), folder)
        times[name], memory = map(float, printed.splitlines()[-1].split())
        measure.say(f"{asked.rows:,} rows with {name}: {times[name]:.2f} s, {memory:,.0f} MB")
    measure.ratio(f"import of {asked.rows:,} rows / script in pandas", times["labeltime"], times["pandas"], BAR)


if __name__ == "__main__":
    main()
