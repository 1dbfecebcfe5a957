"""The store as pages see it: one per process, with figures cached by generation and filters."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import polars as pl
import streamlit as st

from dashboard.errors import StoreUnusable
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Calendar, Filters
from dashboard.formats import Formats, set_formats
from dashboard.settings import calendar
from dashboard.settings.formats import read_formats
from dashboard.settings.sheet import Sheet
from dashboard.settings.views import find_newest_day
from dashboard.store.cache import CACHE, StoreState
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.variables import STORE

Shape = TypeVar("Shape")
Options = tuple[tuple[str, Hashable], ...]
SAMPLE_SUFFIX = "-sample"  # of the folder beside the own store


@lru_cache(maxsize=4)  # open stores, not answers
def _open_folder(folder: str) -> Store:
    return Store(Path(folder))


def open_store() -> Store:
    """Return the store this dashboard was started on, or the sample that this viewer looks at.

    Raises:
        StoreUnusable: started without one.
    """
    folder = os.environ.get(STORE.name)
    if not folder:
        raise StoreUnusable("No store was named.", "Start the dashboard with `labeltime serve` or `labeltime demo`.")
    return _open_folder(f"{folder}{SAMPLE_SUFFIX}" if shows_sample() else folder)


def shows_sample() -> bool:
    """Return whether this viewer looks at sample data instead of the own store."""
    return bool(st.session_state.get("sample"))


def sample_folder() -> Path:
    """Return the folder of the sample's store, beside the own one."""
    return Path(f"{open_store().folder}{SAMPLE_SUFFIX}")


def open_sample() -> None:
    """Show the sample to this viewer; its store must have been built."""
    st.session_state["sample"] = True


def close_sample() -> None:
    """Show the own store again."""
    st.session_state["sample"] = False


def is_demo() -> bool:
    """Return whether this is the demo team's store, as the store itself records."""
    return CACHE.recall(shown_state(), "is demo", _read_demo_setting)


def _read_demo_setting() -> bool:
    with open_store().snapshot() as snapshot:
        return snapshot.read_setting("demo") == "true"


@dataclass(frozen=True)
class Contents:
    """What the store holds: pages and tabs without data are not shown."""

    has_time: bool
    has_labels: bool
    has_runs: bool
    has_reports: bool  # on synthetic data
    has_kept_report: bool  # frozen, or shared by a link

    def list_empty_pages(self) -> list[str]:
        """Return the names of the pages that have nothing to show."""
        has_pages = {
            "time": self.has_time,
            "labeling": self.has_labels or self.has_runs or self.has_reports,
            "reports": self.has_time or self.has_labels,
        }
        return [name for name, is_filled in has_pages.items() if not is_filled]


def read_contents() -> Contents:
    """Return what this run's generation holds."""
    return CACHE.recall(shown_state(), "contents", _query_contents)


def _query_contents() -> Contents:
    with open_store().snapshot() as snapshot:
        return Contents(**run_query(snapshot, "contents", {}).row(0, named=True))


def utc_today() -> date:
    """Return the day that periods count back from."""
    return datetime.now(tz=UTC).date()


def begin_run() -> None:
    """Fix the newest generation for this run, so that all its figures use the same data, and its formats."""
    st.session_state["data"] = open_store().state()
    set_formats(CACHE.recall(shown_state(), "formats", _query_formats))


def _query_formats() -> Formats:
    with open_store().snapshot() as snapshot:
        return read_formats(snapshot)


def shown_state() -> StoreState:
    """Return the state of the store that this run shows."""
    state: StoreState = st.session_state["data"]
    return state


def read_figure(
    name: str,
    filters: Filters | None = None,
    *,
    names: bool = False,
    tasks: tuple[str, ...] = (),
    options: Options = (),
) -> Figure:
    """Return a figure of this run's generation, cached; `options` are the figure's own, as pairs."""
    chosen = filters or Filters()
    # Not Streamlit's cache: frames never change, so its copies would only cost time.
    return CACHE.recall(
        shown_state(),
        ("figure", name, chosen, names, tasks, options),
        lambda: resolve_figure(open_store(), name, chosen, names=names, tasks=tasks, options=dict(options)),
    )


def read_sheet(sheet: Sheet) -> pl.DataFrame:
    """Return the rows of a sheet in this run's generation, cached; callers must not change them."""
    return CACHE.recall(shown_state(), ("sheet", sheet.name), lambda: sheet.list_rows(open_store()))


def read_newest_day() -> date | None:
    """Return the newest day with time or labels that is not after today; None for an empty store."""
    today = utc_today()
    return CACHE.recall(shown_state(), ("newest day", today), lambda: _query_newest_day(today))


def _query_newest_day(today: date) -> date | None:
    with open_store().snapshot() as snapshot:
        return find_newest_day(snapshot, today)


def read_calendar() -> Calendar:
    """Return the calendar in force."""
    return CACHE.recall(shown_state(), "calendar", _query_calendar)


def _query_calendar() -> Calendar:
    with open_store().snapshot() as snapshot:
        return calendar.read_calendar(snapshot)


def shape_rows(figure: Figure, shape: Callable[..., Shape], *settings: Hashable) -> Shape:
    """Return `shape` of the figure's rows, cached per figure; callers must not change it."""
    return CACHE.recall(shown_state(), ("shape", figure, shape, settings), lambda: shape(figure.rows, *settings))


def list_values(name: str, column: str) -> list[str]:
    """Return the distinct values of a column over the whole store, in alphabetical order."""
    return list(shape_rows(read_figure(name, names=True), _sort_values, column))


def _sort_values(rows: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in rows.get_column(column).drop_nulls()}, key=str.casefold))


def list_names(column: Literal["project", "team"], *, is_tracked: bool | None = None) -> list[str]:
    """Return the projects or teams of the whole store in alphabetical order; only those of time, or of labels."""
    question = ("names", column, is_tracked)
    return list(CACHE.recall(shown_state(), question, lambda: _query_names(column, is_tracked=is_tracked)))


def _query_names(column: str, *, is_tracked: bool | None) -> tuple[str, ...]:
    with open_store().snapshot() as snapshot:
        rows = run_query(snapshot, "filter_names", {})
    return _sort_values(rows if is_tracked is None else rows.filter(is_tracked=is_tracked), column)


def read_tracked_days() -> tuple[date, date] | None:
    """Return the first and last day on which anything was tracked, or None for an empty store."""
    return read_known_days("time")


def read_logged_days() -> tuple[date, date] | None:
    """Return the first and last day of the time log or, without one, of labeling; None for neither."""
    return read_tracked_days() or read_known_days("events")


def read_known_days(kind: Literal["time", "events"]) -> tuple[date, date] | None:
    """Return the first and last day of facts of a kind; None without any up to today."""
    today = utc_today()
    return CACHE.recall(shown_state(), ("known days", kind, today), lambda: _query_known_days(kind))


def _query_known_days(kind: str) -> tuple[date, date] | None:
    with open_store().snapshot() as snapshot:
        span = run_query(snapshot, "known_span", {}).row(0, named=True)
    first, last = span[f"{kind}_from"], span[f"{kind}_to"]
    return (first, last) if first and last else None
