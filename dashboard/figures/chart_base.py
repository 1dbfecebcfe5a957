"""Building blocks of charts: bars, the finished Vega-Lite spec without data, and what a figure's chart consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any, cast

import altair as alt
import polars as pl

from dashboard.errors import UnknownFigure
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import Figure
from dashboard.theme import BACKGROUND, Mode

Spec = dict[str, Any]

DEFAULT_HEIGHT = 250
PLAIN_NUMBERS = ",.9~r"  # axes: 0, 0.5, 1,500; other formats write 0k or 1e+2
MAX_FILLED_DAYS = 20 * 366  # a wrong date may lie decades away


@dataclass(frozen=True)
class ChartView:
    """A chart ready to draw: a spec without data, one row per mark, and the words for who cannot see it."""

    spec: Spec
    rows: pl.DataFrame
    alt: str


ChartOptions = Mapping[str, object]  # what the viewer chose, such as one project; `selection` is the filters in words
ChartBuilder = Callable[[Figure, Mode, ChartOptions], ChartView]


@cache
def resolve_chart(reference: str) -> ChartBuilder:
    """Return the builder that a figure's declaration names as `module:function`.

    Raises:
        UnknownFigure: there is no such function.
    """
    module_name, _, function_name = reference.partition(":")
    try:
        return cast("ChartBuilder", getattr(import_module(module_name), function_name))
    except (ImportError, AttributeError, ValueError) as error:
        hint = "Write it as dashboard.<subject>.charts:build_<name>_chart."
        raise UnknownFigure(f"There is no chart {reference!r}.", hint) from error


def build_chart(figure: Figure, mode: Mode, options: ChartOptions | None = None) -> ChartView:
    """Return the chart that the figure's declaration names.

    Raises:
        UnknownFigure: the figure has no chart, or names one that does not exist.
    """
    reference = CATALOGUE[figure.name].chart
    if reference is None:
        raise UnknownFigure(f"The figure {figure.name!r} has no chart.", "Declare one in its FigureSpec.")
    return resolve_chart(reference)(figure, mode, options or {})


def describe_chart(sentence: str, options: ChartOptions) -> str:
    """Return the words for a chart, ending in the viewer's selection where there is one."""
    selection = options.get("selection")
    return f"{sentence}, {selection}." if selection else f"{sentence}."


def fill_calendar(rows: pl.DataFrame, day: str, step: str = "1w", by: str | None = None) -> pl.DataFrame:
    """Return the rows with an empty one for each missing period between the first and the last.

    Without it a line would be drawn across the gap, and bars would close up. `step` is 1d, 1w or 1mo; `by` is the
    column whose values are series of their own.
    """
    first, last = rows.get_column(day).min(), rows.get_column(day).max()
    if not isinstance(first, date) or not isinstance(last, date) or (last - first).days > MAX_FILLED_DAYS:
        return rows
    calendar = pl.date_range(first, last, step, eager=True).alias(day).cast(rows.schema[day]).to_frame()
    keys = [day]
    if by is not None:
        keys = [day, by]
        calendar = calendar.join(rows.select(by).unique(maintain_order=True), how="cross")
    missing = calendar.join(rows, on=keys, how="anti")
    return pl.concat([rows, missing], how="diagonal").sort(keys, maintain_order=True) if missing.height else rows


def build_bars(mode: Mode, **mark_options: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    """Return bars with a gap of background between neighbours, so that colour is not the only border."""
    chart: alt.Chart = alt.Chart().mark_bar(stroke=BACKGROUND[mode], strokeWidth=1, **mark_options)
    return chart


def build_chart_spec(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart, height: int | alt.Step = DEFAULT_HEIGHT
) -> Spec:
    """Return the chart as a spec that fills its container's width; the height is that of the marks alone."""
    spec: Spec = chart.properties(height=height).configure_view(strokeWidth=0).to_dict(validate=False)
    # Altair names an empty data set everywhere, which would hide the rows that are passed separately.
    for part in (spec, *spec.get("layer", [])):
        part.pop("data", None)
        part.pop("datasets", None)
    return {**spec, "autosize": {"type": "fit-x", "contains": "padding"}}
