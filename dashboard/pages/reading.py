"""The store as pages see it: one a process, figures cached by generation and filters."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

import streamlit as st

from dashboard import figures
from dashboard.errors import StoreUnusable
from dashboard.figures import Figure
from dashboard.filters import Filters
from dashboard.store import Store

Shape = TypeVar("Shape")
Options = tuple[tuple[str, Hashable], ...]


@lru_cache(maxsize=4)
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
    return _is_demo(*_key())


@lru_cache(maxsize=20)
def _is_demo(folder: str, generation: int) -> bool:
    del generation  # part of the key only
    with _store(folder).snapshot() as snapshot:
        return snapshot.meta("demo") == "true"


def today() -> date:
    """Return the day that periods count back from."""
    return datetime.now(tz=UTC).date()


# Plain caches: everything in a key is hashable and frames never change, so Streamlit's copies would only cost time.
@lru_cache(maxsize=1000)
def _figure(
    folder: str, generation: int, name: str, filters: Filters, tasks: tuple[str, ...], options: Options, *, names: bool
) -> Figure:
    del generation  # part of the key only: a new generation makes new figures
    return figures.figure(_store(folder), name, filters, names=names, tasks=tasks, options=dict(options))


def begin() -> None:
    """Settle on the newest generation for this run, so that all its figures speak of the same data."""
    found = store()
    st.session_state["data"] = (str(found.folder), found.generation())


def _key() -> tuple[str, int]:
    folder, generation = st.session_state["data"]
    return folder, generation


def read(
    name: str,
    filters: Filters | None = None,
    *,
    names: bool = False,
    tasks: tuple[str, ...] = (),
    options: Options = (),
) -> Figure:
    """Return a figure of this run's generation, from the cache where it is known; `options` as pairs, for a figure."""
    return _figure(*_key(), name, filters or Filters(), tasks, options, names=names)


def shaped(figure: Figure, shape: Callable[..., Shape], *settings: Hashable) -> Shape:
    """Return what a module's function makes of the figure's rows, made once a figure; nobody may change it."""
    return cast("Shape", _shaped(figure, shape, *settings))


@lru_cache(maxsize=1000)
def _shaped(figure: Figure, shape: Callable[..., object], *settings: Hashable) -> object:
    return shape(figure.rows, *settings)


def values(name: str, column: str) -> list[str]:
    """Return the distinct values of a column over the whole store, in order of the alphabet."""
    return list(_values(*_key(), name, column))


@lru_cache(maxsize=100)
def _values(folder: str, generation: int, name: str, column: str) -> tuple[str, ...]:
    rows = _figure(folder, generation, name, Filters(), (), (), names=True).rows
    return tuple(sorted({str(value) for value in rows.get_column(column).drop_nulls()}, key=str.casefold))


def known_days() -> tuple[date, date] | None:
    """Return the first and last day on which anything was tracked, or None for an empty store."""
    return _known_days(*_key())


@lru_cache(maxsize=20)
def _known_days(folder: str, generation: int) -> tuple[date, date] | None:
    days = _figure(folder, generation, "hours_by_day", Filters(), (), (), names=False).rows.get_column("day_on")
    first, last = days.min(), days.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None
