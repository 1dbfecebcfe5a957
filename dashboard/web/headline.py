"""The headline: one sentence with its denominators, and four numbers with their trend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.allocation.share_range import (
    ShareRange,
    describe_narrow_range,
    describe_open_hours,
    format_range,
    read_share_range,
)
from dashboard.allocation.verdict import Verdict
from dashboard.categories import LABELING_SIDE, describe_side
from dashboard.figures.chart_base import fill_calendar
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import escape_markdown
from dashboard.web.filter_bar import Choice

LABELING_AND_MODELING = "labeling_of_labeling_and_modeling"
ALL_TRACKED = "labeling_of_all_tracked"


def resolve_scope(filters: Filters) -> str:
    """Return the scope of the filters: engineers or everyone."""
    return "engineers" if filters.roles == ("engineer",) else "everyone"


def find_measure(figure: Figure, filters: Filters, measure: str) -> dict[str, object]:
    """Return the row of one share: share, numerator_hours, denominator_hours, coverage."""
    return shape_rows(figure, _find_row, resolve_scope(filters), measure)


def _find_row(rows: pl.DataFrame, scope: str, measure: str) -> dict[str, object]:
    matches = rows.filter((pl.col("scope") == scope) & (pl.col("measure") == measure))
    return matches.row(0, named=True) if not matches.is_empty() else {}


def read_number(row: dict[str, object], name: str) -> float | None:
    """Return a number of a row, or None."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def show_sentence(figure: Figure, choice: Choice) -> None:
    """Write the answer, each share with its denominator; a range where too many hours are not sorted yet."""
    of_both, of_all = (find_measure(figure, choice.filters, name) for name in (LABELING_AND_MODELING, ALL_TRACKED))
    subject = "Engineers" if choice.filters.roles else "The team"
    both_range, all_range = read_share_range(of_both), read_share_range(of_all)
    tracked = theme.format_hours(read_number(of_all, "denominator_hours"))
    if both_range is None or all_range is None:
        st.markdown(f"{subject} tracked {tracked}, none of it labeling or modeling.")
        return
    hours = theme.format_hours(read_number(of_both, "numerator_hours"))
    whole = theme.format_hours(read_number(of_both, "denominator_hours"))
    if both_range.is_wide:
        lead = f"{subject} spent {_format_range(both_range)} of labeling and modeling on labeling: "
        lead += f"{describe_open_hours(both_range.open_hours)}."
    else:
        lead = (
            f"{subject} spent {_format_range(both_range)} of the {whole} of labeling and modeling on labeling ({hours})"
        )
        lead += f"; {describe_narrow_range(both_range)}." if both_range.open_hours else "."
    st.markdown(
        f"{lead} That is {_format_range(all_range)} of all {tracked} tracked, {escape_markdown(choice.describe())}. "
        f"{_describe_coverage(read_number(of_both, 'coverage'))}"
    )


def _format_range(share_range: ShareRange) -> str:
    """Return the number, or the range in its place, in bold."""
    if share_range.is_wide:
        return f"**between {format_range(share_range.low, share_range.high, 'and')}**"
    return f"**{theme.format_percent(share_range.share)}**"


def _describe_coverage(coverage: float | None) -> str:
    if coverage is None:
        return "How much of all work is tracked is unknown: no weekly hours are set."
    return f"Tracked time covers {theme.format_percent(coverage)} of capacity."


def show_cards(figure: Figure, choice: Choice) -> None:
    """Draw the four numbers with their change and trend."""
    filters = choice.filters
    weeks = shape_rows(read_figure("share_over_time", filters), _select_weeks, resolve_scope(filters))
    with st.grid(4, min_column_width=220):
        _show_share("Labeling share", LABELING_AND_MODELING, "share_of_labeling_and_modeling", figure, weeks, choice)
        _show_share("Labeling of all tracked", ALL_TRACKED, "share_of_all_tracked", figure, weeks, choice)
        _show_tracked_hours(figure, weeks, choice)
        _show_coverage(figure, choice)


def _select_weeks(rows: pl.DataFrame, scope: str) -> pl.DataFrame:
    return rows.filter(pl.col("scope") == scope).sort("week_on")


def _read_change(choice: Choice, measure: str) -> Mapping[str, Any]:
    """Return the verdict on a measure (a row of `period_change`); nothing where the periods are not compared."""
    if choice.previous is None:
        return {}
    return shape_rows(read_figure("period_change", choice.filters), _find_row, resolve_scope(choice.filters), measure)


def _format_change(row: Mapping[str, Any]) -> str | None:
    """Return the change as text; none where the periods cannot be compared."""
    if not row or row["change"] is None:
        return None
    return theme.format_points(row["change"]) if row["unit"] == "share" else f"{row['change']:+,.0f} h"


def _choose_colour(
    row: Mapping[str, Any], colour: Literal["normal", "inverse", "off"]
) -> Literal["normal", "inverse", "off"]:
    """Return the colour of a pill: grey unless something rose or fell."""
    return colour if row and row["verdict"] in {Verdict.rose, Verdict.fell} else "off"


def _describe_change(row: Mapping[str, Any]) -> str | None:
    return f"{row['verdict']}, vs previous period" if row else None


def _explain_change(row: Mapping[str, Any]) -> str:
    """Return why a pill tells neither a rise nor a fall, as the end of a help text."""
    return f" {escape_markdown(row['words'])}" if row and row["reason"] else ""


def _list_points(weeks: pl.DataFrame, column: str) -> list[float] | None:
    """Return one point per calendar week, without a value where a week has none; None where too few make a trend."""
    if weeks.get_column(column).drop_nulls().len() <= 2:  # noqa: PLR2004 - two points make no trend
        return None
    points: list[float] = fill_calendar(weeks, "week_on").get_column(column).fill_null(math.nan).to_list()
    return points


def _show_share(label: str, measure: str, column: str, figure: Figure, weeks: pl.DataFrame, choice: Choice) -> None:
    current = find_measure(figure, choice.filters, measure)
    share_range, change = read_share_range(current), _read_change(choice, measure)
    st.metric(
        label,
        share_range.describe_value() if share_range else theme.format_percent(None),
        _format_change(change),
        delta_color=_choose_colour(change, "inverse"),
        delta_description=_describe_change(change),
        help=f"{theme.format_hours(read_number(current, 'numerator_hours'))} of "
        f"{describe_side(LABELING_SIDE)}, out of "
        f"{theme.format_hours(read_number(current, 'denominator_hours'))} of "
        + ("labeling and modeling." if measure == LABELING_AND_MODELING else "all tracked time.")
        + _explain_change(change),
        chart_data=_list_points(weeks, column),
        border=True,
        height="stretch",
    )


def _show_tracked_hours(figure: Figure, weeks: pl.DataFrame, choice: Choice) -> None:
    current = read_number(find_measure(figure, choice.filters, ALL_TRACKED), "denominator_hours")
    change = _read_change(choice, "tracked_hours")
    st.metric(
        "Tracked hours",
        theme.format_hours(current),
        _format_change(change),
        delta_color="off",
        delta_description=_describe_change(change),
        help=f"All {figure.used:,} entries that match the filters, whatever they were for.{_explain_change(change)}",
        chart_data=_list_points(weeks, "all_hours"),
        chart_type="bar",
        border=True,
        height="stretch",
    )


def _show_coverage(figure: Figure, choice: Choice) -> None:
    current = read_number(find_measure(figure, choice.filters, LABELING_AND_MODELING), "coverage")
    change = _read_change(choice, "coverage")
    weeks = read_figure("coverage_by_week", choice.filters).rows
    st.metric(
        "Coverage",
        theme.format_percent(current) if current is not None else "unknown",
        _format_change(change),
        delta_color=_choose_colour(change, "normal"),
        delta_description=_describe_change(change) if current is not None else "set weekly hours under Data, People",
        help="Tracked hours over the hours people could have tracked, where weekly hours are known, from a person's "
        "first day in the log to the last day of the log, unless a leaving day is entered. "
        f"A share is only as good as its coverage.{_explain_change(change)}",
        chart_data=_list_points(weeks, "coverage"),
        border=True,
        height="stretch",
    )
