"""Periods without data are gaps: no line is drawn across them, and bars keep their places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from dashboard.allocation.chart_frames import build_period_rows
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.chart_base import build_chart, fill_calendar
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store

MONDAY = date(2026, 1, 5)
STOCKS = {"items_by_state"}  # a stock stays as it was on days without events: its query has every day
GAP = (MONDAY + timedelta(weeks=2), MONDAY + timedelta(weeks=3))


def time_fields(part: object) -> Iterator[str]:
    """Yield the fields of temporal horizontal axes anywhere in a spec."""
    if isinstance(part, dict):
        axis: Any = part.get("encoding", {}).get("x", {})
        if isinstance(axis, dict) and axis.get("type") == "temporal" and "field" in axis:
            yield str(axis["field"])
        for inner in part.values():
            yield from time_fields(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from time_fields(inner)


@pytest.fixture(scope="module")
def timed_charts(shared_demo: Store) -> list[tuple[Figure, str]]:
    """Return the figures whose declared chart has a time axis over weeks, with its field."""
    charts = []
    for name, spec in CATALOGUE.items():
        if spec.chart is not None and name not in STOCKS:
            figure = resolve_figure(shared_demo, name, Filters())
            charts += [(figure, field) for field in set(time_fields(build_chart(figure, "light").spec))]
    return charts


def test_every_declared_chart_with_a_time_axis_leaves_a_gap(timed_charts: list[tuple[Figure, str]]) -> None:
    from dataclasses import replace

    assert {field for _, field in timed_charts} == {"week_on"}
    for figure, field in timed_charts:
        weeks = figure.rows.get_column(field).unique().sort()
        missing = weeks[weeks.len() // 2 : weeks.len() // 2 + 2]
        gapped = replace(figure, rows=figure.rows.filter(~pl.col(field).is_in(missing.implode())))
        drawn = build_chart(gapped, "light").rows
        empty = drawn.filter(pl.col(field).is_in(missing.implode()))
        assert set(empty.get_column(field)) == set(missing), figure.name
        values = empty.drop([column for column in (field, "state") if column in empty.columns])
        assert values.select(pl.all().is_null().all()).row(0) == (True,) * values.width, figure.name


@pytest.mark.parametrize(("grain", "step"), [("day", 1), ("week", 7)])
def test_bars_keep_their_places(grain: str, step: int) -> None:
    days = [MONDAY + timedelta(days=step * number) for number in (0, 1, 4)]
    rows = pl.DataFrame({"begins": days, "category": ["annotating"] * 3, "hours": [1.0, 2.0, 3.0]})
    shaped = build_period_rows(rows, "begins", grain, None, None)
    assert shaped.get_column("label").n_unique() == 5
    assert shaped.get_column("hours").to_list() == [1.0, 2.0, None, None, 3.0]
    assert shaped.get_column("begins_on").to_list() == [MONDAY + timedelta(days=step * number) for number in range(5)]


def test_months_without_hours_keep_their_places() -> None:
    rows = pl.DataFrame({"begins": [date(2026, 1, 1), date(2026, 4, 1)], "category": "annotating", "hours": [1.0, 2.0]})
    shaped = build_period_rows(rows, "begins", "month", None, None)
    assert shaped.get_column("label").to_list() == ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"]


def test_each_series_has_its_own_gap() -> None:
    weeks = [MONDAY, MONDAY + timedelta(weeks=1), MONDAY + timedelta(weeks=4)]
    rows = pl.DataFrame({"week_on": [*weeks, weeks[0]], "state": ["a", "a", "a", "b"], "items": [1, 2, 3, 4]})
    filled = fill_calendar(rows, "week_on", by="state")
    assert filled.height == 10
    assert filled.filter(pl.col("week_on").is_in(GAP)).get_column("items").null_count() == 4
    assert fill_calendar(rows.clear(), "week_on", by="state").is_empty()
