"""Stores with described time entries, and the hours by category in them."""

from __future__ import annotations

from pathlib import Path

from store_copies import copied

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store


@copied
def import_lines(folder: Path, lines: str) -> Store:
    """Return a store in the folder that holds these lines of a native time CSV."""
    file = folder / "time.csv"
    file.write_text(lines, encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [file], Settings(zone="UTC"))
    return store


def read_hours(store: Store) -> dict[str, float]:
    """Return the hours by category."""
    return dict(resolve_figure(store, "hours_by_category", Filters()).rows.select("category", "hours").iter_rows())
