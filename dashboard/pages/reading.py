"""The store as pages see it: one a process, figures cached by generation and filters."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard import figures
from dashboard.errors import StoreUnusable
from dashboard.figures import Figure
from dashboard.filters import Filters
from dashboard.store import Store


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(folder: str) -> Store:
    return Store(Path(folder))


def store() -> Store:
    """Return the store this dashboard was started on.

    Raises:
        StoreUnusable: started without one.
    """
    folder = os.environ.get("LABELTIME_STORE")
    if not folder:
        raise StoreUnusable("No store was named.", "Start the dashboard with `labeltime serve` or `labeltime demo`.")
    return _store(folder)


def is_demo() -> bool:
    """Return whether this is the demo team's store, by the store's own word."""
    source = store()
    return _is_demo(str(source.folder), source.generation())


@st.cache_data(max_entries=20, show_spinner=False)
def _is_demo(folder: str, generation: int) -> bool:
    del generation  # part of the key only
    with _store(folder).snapshot() as snapshot:
        return snapshot.meta("demo") == "true"


def today() -> date:
    """Return the day that periods count back from."""
    return datetime.now(tz=UTC).date()


@st.cache_data(max_entries=2000, max_size="200 MB", show_spinner=False)
def _figure(
    folder: str, generation: int, name: str, filters: Filters, tasks: tuple[str, ...], *, names: bool
) -> Figure:
    del folder, generation  # part of the key only: a new generation makes new figures
    return figures.figure(store(), name, filters, names=names, tasks=tasks)


def read(name: str, filters: Filters | None = None, *, names: bool = False, tasks: tuple[str, ...] = ()) -> Figure:
    """Return a figure of the current generation, from the cache where it is known."""
    source = store()
    return _figure(str(source.folder), source.generation(), name, filters or Filters(), tasks, names=names)


def values(name: str, column: str) -> list[str]:
    """Return the distinct values of a column over the whole store, in order of the alphabet."""
    rows = read(name, names=True).rows
    if column not in rows.columns:
        return []
    return sorted({str(value) for value in rows.get_column(column).drop_nulls()}, key=str.casefold)


def known_days() -> tuple[date, date] | None:
    """Return the first and last day on which anything was tracked, or None for an empty store."""
    days = read("hours_by_day").rows
    if days.is_empty():
        return None
    column = next(name for name, dtype in days.schema.items() if dtype == pl.Date)
    series = days.get_column(column)
    first, last = series.min(), series.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None
