"""Time off among the rows of a time tracker: it lowers the capacity of its people and is no tracked time."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from dashboard.importers.frames.entry_checks import split_time_off
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun, format_decimal

INGEST_SQL = dict(read_sql_files("ingest"))


def add_time_off(change: Change, entries: pl.DataFrame, import_id: int) -> pl.DataFrame:
    """Add the time off of a batch to the store, and return the entries that are work."""
    work, time_off = split_time_off(entries)
    if time_off.height:
        change.load(time_off, INGEST_SQL["add_time_off.sql"], {"import_id": import_id})
    return work


def count_known_time_off(change: Change, import_id: int) -> int:
    """Return how many rows of an import are time off that another import has."""
    params: dict[str, object] = {"import_id": import_id}
    if not change.read_rows("select 1 from imported_time_off where import_id = $import_id limit 1", params):
        return 0
    return int(change.read_value(INGEST_SQL["known_time_off.sql"], params))


def describe_time_off(change: Change, import_id: int) -> Iterator[str]:
    """Yield how much time off an import has."""
    ((rows, hours),) = change.read_rows(
        "select count(*), coalesce(sum(seconds), 0) / 3600 from imported_time_off where import_id = $import_id",
        {"import_id": import_id},
    )
    if rows:
        yield (
            f"{count_noun(rows, 'entry')} ({format_decimal(hours, 2)} h) of time off, which lowers capacity and is no "
            "tracked work."
        )
