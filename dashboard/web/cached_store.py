"""The store as pages see it: one per process, with figures cached by generation and filters."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

import streamlit as st

from dashboard.errors import StoreUnusable
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store

Shape = TypeVar("Shape")
Options = tuple[tuple[str, Hashable], ...]


@lru_cache(maxsize=4)
def _open_folder(folder: str) -> Store:
    return Store(Path(folder))


def open_store() -> Store:
    """Return the store this dashboard was started on.

    Raises:
        StoreUnusable: started without one.
    """
    folder = os.environ.get("LABELTIME_STORE")
    if not folder:
        raise StoreUnusable("No store was named.", "Start the dashboard with `labeltime serve` or `labeltime demo`.")
    return _open_folder(folder)


def is_demo() -> bool:
    """Return whether this is the demo team's store, as the store itself records."""
    return _is_demo(*_store_key())


@lru_cache(maxsize=20)
def _is_demo(folder: str, generation: int) -> bool:
    del generation  # part of the key only
    with _open_folder(folder).snapshot() as snapshot:
        return snapshot.read_setting("demo") == "true"


def utc_today() -> date:
    """Return the day that periods count back from."""
    return datetime.now(tz=UTC).date()


# Plain caches: everything in a key is hashable and frames never change, so Streamlit's copies would only cost time.
@lru_cache(maxsize=1000)
def _load_figure(
    folder: str, generation: int, name: str, filters: Filters, tasks: tuple[str, ...], options: Options, *, names: bool
) -> Figure:
    del generation  # part of the key only: a new generation makes new figures
    return resolve_figure(_open_folder(folder), name, filters, names=names, tasks=tasks, options=dict(options))


def begin_run() -> None:
    """Fix the newest generation for this run, so that all its figures use the same data."""
    store = open_store()
    st.session_state["data"] = (str(store.folder), store.generation())


def _store_key() -> tuple[str, int]:
    folder, generation = st.session_state["data"]
    return folder, generation


def read_figure(
    name: str,
    filters: Filters | None = None,
    *,
    names: bool = False,
    tasks: tuple[str, ...] = (),
    options: Options = (),
) -> Figure:
    """Return a figure of this run's generation, cached; `options` are the figure's own, as pairs."""
    return _load_figure(*_store_key(), name, filters or Filters(), tasks, options, names=names)


def shape_rows(figure: Figure, shape: Callable[..., Shape], *settings: Hashable) -> Shape:
    """Return `shape` of the figure's rows, cached per figure; callers must not change it."""
    return cast("Shape", _shape_cached(figure, shape, *settings))


@lru_cache(maxsize=1000)
def _shape_cached(figure: Figure, shape: Callable[..., object], *settings: Hashable) -> object:
    return shape(figure.rows, *settings)


def list_values(name: str, column: str) -> list[str]:
    """Return the distinct values of a column over the whole store, in alphabetical order."""
    return list(_list_values(*_store_key(), name, column))


@lru_cache(maxsize=100)
def _list_values(folder: str, generation: int, name: str, column: str) -> tuple[str, ...]:
    rows = _load_figure(folder, generation, name, Filters(), (), (), names=True).rows
    return tuple(sorted({str(value) for value in rows.get_column(column).drop_nulls()}, key=str.casefold))


def read_tracked_days() -> tuple[date, date] | None:
    """Return the first and last day on which anything was tracked, or None for an empty store."""
    return _read_tracked_days(*_store_key())


@lru_cache(maxsize=20)
def _read_tracked_days(folder: str, generation: int) -> tuple[date, date] | None:
    days = _load_figure(folder, generation, "hours_by_day", Filters(), (), (), names=False).rows.get_column("day_on")
    first, last = days.min(), days.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None
