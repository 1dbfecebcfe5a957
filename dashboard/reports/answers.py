"""The figures of one report, each queried once, and the numbers read from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import polars as pl
import polars.selectors as cs

from dashboard import privacy
from dashboard.allocation.chart_frames import LARGEST_SHARE
from dashboard.categories import ORIGINAL_NAMES
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.formats import USUAL
from dashboard.inference.trends import estimate_drift
from dashboard.reports.document import Number
from dashboard.reports.query_cache import cache_queries, recall_figure
from dashboard.reports.request import Audience, ReportRequest
from dashboard.reports.sentences import Formatter
from dashboard.settings.rules import RULE_SHEET
from dashboard.store.cache import CACHE
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

HASH_LENGTH = 12  # printed; enough to tell two reports apart
RULES_HASH_LENGTH = 8
DAYS_PER_WEEK = 7  # days
SIGNIFICANT_DIGITS = 12  # significant digits kept of a number; further ones differ from run to run
SHARE_OF_SCHEME = "share of scheme"
SHARES = ("share", SHARE_OF_SCHEME)
_REDUCTIONS: dict[str, Callable[[pl.Series], Any]] = {
    "value": lambda values: values.item() if values.len() == 1 else None,
    "sum": lambda values: values.sum() if values.len() else None,
    "least": pl.Series.min,
    "median": pl.Series.median,
    "most": pl.Series.max,
}

_TREND_PARTS = {"drift": "value", "drift_from": "low", "drift_to": "high"}


class Answers:
    """Loads the figures of a request from the store; each is kept, and enters the content's hash."""

    def __init__(self, store: Store, request: ReportRequest) -> None:
        self.store = cache_queries(store)
        self._cache_owner = store
        self.request = request
        self.generation = store.generation()
        self._figures: dict[tuple[str, str], Figure] = {}
        self._log_span: tuple[tuple[date, date] | None] | None = None  # None: not queried yet

    def load_figure(self, name: str, period: str = "this") -> Figure:
        """Return a figure of the period: this, before, or history."""
        key = (name, period)
        if key not in self._figures:
            question = name, self.period_filters(period), self.request.audience is Audience.private, self.request.last
            self._figures[key] = recall_figure(self._cache_owner, question, lambda: self._query_figure(*question))
        return self._figures[key]

    def _query_figure(self, name: str, filters: Filters, names: bool, today: date) -> Figure:  # noqa: FBT001 - of a tuple
        figure = resolve_figure(self.store, name, filters, names=names, today=today)
        # The last bits of a sum depend on where its array lies in memory; no byte of a report may depend on them.
        return replace(figure, rows=figure.rows.with_columns(cs.float().round_sig_figs(SIGNIFICANT_DIGITS)))

    def period_filters(self, period: str) -> Filters:
        """Return the filters of a period: this, before, history or everything."""
        request = self.request
        return {
            "this": request.period_filters,
            "before": request.previous_filters,
            "history": request.history_filters,
            "everything": request.unfiltered_period,
        }[period]()

    def select_rows(self, name: str, /, period: str = "this", **conditions: object) -> pl.DataFrame:
        """Return the rows of a figure whose columns have the given values."""
        return select_rows(self.load_figure(name, period).rows, tuple(conditions.items()))

    def read_number(
        self,
        name: str,
        column: str,
        show: Formatter,
        /,
        *,
        period: str = "this",
        how: str = "value",
        **matching: Any,  # noqa: ANN401 - compared with the values of a column
    ) -> Number | None:
        """Return a number of a figure as it is printed, or None where the figure has none."""
        conditions = tuple(matching.items())
        if how == "change":
            current, previous = (
                reduce_column(self.load_figure(name, when).rows, conditions, column, "value")
                for when in ("this", "before")
            )
            value = None if current is None or previous is None else current - previous
        else:
            value = reduce_column(self.load_figure(name, period).rows, conditions, column, how)
        return None if value is None else Number(name, period, conditions, column, how, value, show(value))

    def log_span(self) -> tuple[date, date] | None:
        """Return the first and last day of the time log, or None where it is empty."""
        if self._log_span is None:
            with self.store.snapshot() as snapshot:
                row = run_query(snapshot, "known_span", {}).row(0, named=True)
            self._log_span = ((row["time_from"], row["time_to"]) if row["time_from"] else None,)
        return self._log_span[0]

    def figure_names(self) -> tuple[str, ...]:
        """Return the names of the figures that were loaded."""
        return tuple(sorted({name for name, _ in self._figures}))

    def rules_version(self) -> str:
        """Return a short code of the category rules in force; it changes with the rules, not with a category's name."""
        rules = RULE_SHEET.list_rows(self.store).select(RULE_SHEET.columns)
        csv_text = privacy.format_frame_csv(rules.with_columns(pl.col("category").replace(ORIGINAL_NAMES)))
        return hashlib.sha256(csv_text.encode()).hexdigest()[:RULES_HASH_LENGTH]

    def compute_hash(self, definitions: object) -> str:
        """Return the SHA-256 of all figures, the request and the definitions, as canonical JSON."""
        state = self.store.state()
        digests = {
            f"{name}/{period}": CACHE.recall(state, ("digest", figure), partial(digest_figure, figure))
            for (name, period), figure in self._figures.items()
        }
        fields = {name: getattr(self.request, name) for name in self.request.__dataclass_fields__}
        # As in reports from before there was a choice.
        for name, usual in (("formats", USUAL), ("scheme", "")):
            if fields[name] == usual:
                del fields[name]
        payload = {"request": fields, "figures": digests, "rules": self.rules_version(), "definitions": definitions}
        return hash_json(payload)


def digest_figure(figure: Figure) -> str:
    """Return the SHA-256 of a figure's rows and formula."""
    return hash_json({"columns": figure.columns, "rows": figure.rows.rows(), "formula": figure.formula})


def hash_json(payload: object) -> str:
    """Return the SHA-256 of a value as canonical JSON."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=to_canonical)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def select_rows(rows: pl.DataFrame, conditions: tuple[tuple[str, object], ...]) -> pl.DataFrame:
    """Return the rows whose columns have the given values; a tuple of values means any of them."""
    matches = [
        pl.col(column).is_in(value) if isinstance(value, tuple) else pl.col(column) == value
        for column, value in conditions
    ]
    return rows.filter(*matches) if matches else rows


def reduce_column(
    rows: pl.DataFrame, conditions: tuple[tuple[str, object], ...], column: str, how: str
) -> float | None:
    """Return the number that `how` computes from the matching rows, or None where there is none.

    `share` is the sum over the matching rows divided by the column's total; `share of scheme` by that of its scheme,
    as every scheme divides the same hours.
    """
    if column not in rows.columns:
        return None
    values = select_rows(rows, conditions).get_column(column).drop_nulls()
    if how == SHARE_OF_SCHEME:
        rows = select_rows(rows, tuple(pair for pair in conditions if pair[0] == "scheme"))
    if how in SHARES:
        total = rows.get_column(column).sum()
        share = float(values.sum()) / float(total) if values.len() and total > 0 else None
        return share if share is not None and 0 <= share <= LARGEST_SHARE else None
    if how in _TREND_PARTS:
        return fit_trend(select_rows(rows, conditions), column, _TREND_PARTS[how])
    value = _REDUCTIONS[how](values)
    return None if value is None else float(value)


def fit_trend(weeks: pl.DataFrame, column: str, part: str) -> float | None:
    """Return the change of the fitted straight line from first to last week, or a bound of its interval."""
    observed = weeks.drop_nulls(column).sort("week_on")
    days = (
        (observed.get_column("week_on") - observed.get_column("week_on").min()).dt.total_days()
        if observed.height
        else None
    )
    trend = (
        None
        if days is None
        else estimate_drift(days.to_numpy() / DAYS_PER_WEEK, observed.get_column(column).to_numpy())
    )
    return None if trend is None else float(getattr(trend, part))


def to_canonical(value: object) -> object:
    """Return a fixed text for a value that JSON cannot hold."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
