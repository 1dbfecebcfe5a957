"""The figures of one report, each asked once through the one door, and the numbers taken from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl
import polars.selectors as cs

from dashboard import catalog, figures, mapping
from dashboard.estimates import drift
from dashboard.figures import CATALOGUE, Figure
from dashboard.filters import Filters
from dashboard.reports.model import Number
from dashboard.reports.reading import once, recalled
from dashboard.reports.request import Audience, Request
from dashboard.reports.sentences import Show
from dashboard.store import Store

HASH_LETTERS = 12  # printed; enough to tell two reports apart
RULES_LETTERS = 8
WEEK = 7  # days
DIGITS = 12  # significant ones that are kept of a number; more are not the same on every run
_REDUCED: dict[str, Callable[[pl.Series], Any]] = {
    "value": lambda values: values.item() if values.len() == 1 else None,
    "sum": lambda values: values.sum() if values.len() else None,
    "least": pl.Series.min,
    "median": pl.Series.median,
    "most": pl.Series.max,
}

_DRIFTS = {"drift": "value", "drift_from": "low", "drift_to": "high"}


class Answers:
    """Asks the store for the figures of a request; every answer is kept, and goes into the content's hash."""

    def __init__(self, store: Store, request: Request) -> None:
        self.store = once(store)
        self._kept_of = store
        self.request = request
        self.generation = store.generation()
        self._known: dict[tuple[str, str], Figure] = {}
        self._days: tuple[tuple[date, date] | None] | None = None  # None: not asked yet

    def figure(self, name: str, period: str = "this") -> Figure:
        """Return a figure of the period: this, before, or history."""
        key = (name, period)
        if key not in self._known:
            asked = name, self.filters(period), self.request.audience is Audience.private, self.request.last
            self._known[key] = recalled(self._kept_of, asked, lambda: self._told(*asked))
        return self._known[key]

    def _told(self, name: str, filters: Filters, names: bool, today: date) -> Figure:  # noqa: FBT001 - of a tuple
        found = figures.figure(self.store, name, filters, names=names, today=today)
        # Where an array lies in memory decides the last bits of its sum; no byte of a report may hang on that.
        return replace(found, rows=found.rows.with_columns(cs.float().round_sig_figs(DIGITS)))

    def filters(self, period: str) -> Filters:
        """Return the filters of a period: this, before, history, alike (as many days before) or everything."""
        request = self.request
        return {
            "this": request.filters,
            "before": request.before,
            "history": request.history,
            "alike": request.alike,
            "everything": request.everything,
        }[period]()

    def rows(self, name: str, period: str = "this", **where: object) -> pl.DataFrame:
        """Return the rows of a figure whose columns have the given values."""
        return chosen(self.figure(name, period).rows, tuple(where.items()))

    def number(
        self,
        name: str,
        column: str,
        show: Show,
        *,
        period: str = "this",
        how: str = "value",
        **where: Any,  # noqa: ANN401 - compared with the values of a column
    ) -> Number | None:
        """Return a number of a figure as it is printed, or None where the figure has none."""
        picked = tuple(where.items())
        if how == "change":
            now, then = (reduced(self.figure(name, when).rows, picked, column, "value") for when in ("this", "before"))
            value = None if now is None or then is None else now - then
        else:
            value = reduced(self.figure(name, period).rows, picked, column, how)
        return None if value is None else Number(name, period, picked, column, how, value, show(value))

    def known(self, name: str) -> bool:
        """Return whether there is such a figure."""
        return name in CATALOGUE

    def log_days(self) -> tuple[date, date] | None:
        """Return the first and last day of the time log, or None where it is empty."""
        if self._days is None:
            with self.store.snapshot() as snapshot:
                row = catalog.run(snapshot, "known_span", {}).row(0, named=True)
            self._days = ((row["time_from"], row["time_to"]) if row["time_from"] else None,)
        return self._days[0]

    def names(self) -> tuple[str, ...]:
        """Return the figures that were asked for."""
        return tuple(sorted({name for name, _ in self._known}))

    def rules_version(self) -> str:
        """Return a short code of the category rules in force: other rules, other code."""
        return hashlib.sha256(mapping.rules_csv(self.store).encode()).hexdigest()[:RULES_LETTERS]

    def content_hash(self, definitions: object) -> str:
        """Return the SHA-256 of all figures, the request and the definitions, as canonical JSON."""
        asked = {f"{name}/{period}": digest(figure) for (name, period), figure in self._known.items()}
        about = {name: getattr(self.request, name) for name in self.request.__dataclass_fields__}
        told = {"request": about, "figures": asked, "rules": self.rules_version(), "definitions": definitions}
        return hashed(told)


_DIGESTS: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()


def digest(figure: Figure) -> str:
    """Return the SHA-256 of a figure's rows and formula; of a figure that is kept it is computed once."""
    if figure not in _DIGESTS:
        _DIGESTS[figure] = hashed(
            {"columns": figure.columns, "rows": figure.rows.rows(), "formula": figure.formula},
        )
    return _DIGESTS[figure]


def hashed(told: object) -> str:
    """Return the SHA-256 of a value as canonical JSON."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=canonical)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def chosen(rows: pl.DataFrame, where: tuple[tuple[str, object], ...]) -> pl.DataFrame:
    """Return the rows whose columns have the given values; a tuple of values means any of them."""
    for column, value in where:
        rows = rows.filter(pl.col(column).is_in(value) if isinstance(value, tuple) else pl.col(column) == value)
    return rows


def reduced(rows: pl.DataFrame, where: tuple[tuple[str, object], ...], column: str, how: str) -> float | None:
    """Return the one number that `how` takes from the picked rows, or None where there is none.

    `share` is the sum of the picked rows as a share of the whole column.
    """
    if column not in rows.columns:
        return None
    picked = chosen(rows, where).get_column(column).drop_nulls()
    if how == "share":
        whole = rows.get_column(column).sum()
        return float(picked.sum()) / float(whole) if picked.len() and whole else None
    if how in _DRIFTS:
        return drifted(chosen(rows, where), column, _DRIFTS[how])
    value = _REDUCED[how](picked)
    return None if value is None else float(value)


def drifted(weeks: pl.DataFrame, column: str, end: str) -> float | None:
    """Return by how much the straight line through weeks moves from first to last, or an end of its range."""
    known = weeks.drop_nulls(column).sort("week_on")
    days = (known.get_column("week_on") - known.get_column("week_on").min()).dt.total_days() if known.height else None
    found = None if days is None else drift.along(days.to_numpy() / WEEK, known.get_column(column).to_numpy())
    return None if found is None else float(getattr(found, end))


def canonical(value: object) -> object:
    """Return a value that JSON does not know in one fixed form."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
