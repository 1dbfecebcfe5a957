"""The headline: one sentence with its denominators, and four numbers with their trend."""

from __future__ import annotations

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
from dashboard.categories import LABELING_SIDE, describe_side
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import escape_markdown
from dashboard.web.filter_bar import Choice

LABELING_AND_MODELING = "labeling_of_labeling_and_modeling"
ALL_TRACKED = "labeling_of_all_tracked"
SMALLEST_CHANGE = 0.0005  # under a twentieth of a percentage point is no change


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
    previous = read_figure("labeling_share", choice.previous) if choice.previous else None
    weeks = shape_rows(read_figure("share_over_time", filters), _select_weeks, resolve_scope(filters))
    with st.grid(4, min_column_width=220):
        _show_share(
            "Labeling share", LABELING_AND_MODELING, "share_of_labeling_and_modeling", figure, previous, weeks, choice
        )
        _show_share("Labeling of all tracked", ALL_TRACKED, "share_of_all_tracked", figure, previous, weeks, choice)
        _show_tracked_hours(figure, previous, weeks, choice)
        _show_coverage(figure, previous, choice)


def _select_weeks(rows: pl.DataFrame, scope: str) -> pl.DataFrame:
    return rows.filter(pl.col("scope") == scope).sort("week_on")


def _format_change(current: float | None, previous: float | None, *, is_share: bool) -> str | int | None:
    """Return the change as text; no change is the number 0, which Streamlit shows grey."""
    if current is None or previous is None:
        return None
    change = current - previous
    if is_share:
        return 0 if abs(change) < SMALLEST_CHANGE else theme.format_points(change)
    return 0 if round(change, 1) == 0 else f"{change:+,.0f} h"


def _describe_change(delta: str | int | None, choice: Choice) -> str | None:
    if choice.previous is None:
        return None
    return "no data before" if delta is None else "vs previous period"


def _list_points(weeks: pl.DataFrame, column: str) -> list[float] | None:
    points: list[float] = weeks.get_column(column).drop_nulls().to_list()
    return points if len(points) > 2 else None  # noqa: PLR2004 - two points make no trend


def _show_share(
    label: str, measure: str, column: str, figure: Figure, previous: Figure | None, weeks: pl.DataFrame, choice: Choice
) -> None:
    current = find_measure(figure, choice.filters, measure)
    previous_row = find_measure(previous, choice.filters, measure) if previous else {}
    ranges = [read_share_range(row) for row in (current, previous_row)]
    is_wide = any(share_range is not None and share_range.is_wide for share_range in ranges)
    shares = [None if is_wide else read_number(row, "share") for row in (current, previous_row)]
    delta = _format_change(*shares, is_share=True)
    st.metric(
        label,
        ranges[0].describe_value() if ranges[0] else theme.format_percent(None),
        delta,
        delta_color="inverse",
        delta_description="too many hours are not sorted yet" if is_wide else _describe_change(delta, choice),
        help=f"{theme.format_hours(read_number(current, 'numerator_hours'))} of "
        f"{describe_side(LABELING_SIDE)}, out of "
        f"{theme.format_hours(read_number(current, 'denominator_hours'))} of "
        + ("labeling and modeling." if measure == LABELING_AND_MODELING else "all tracked time."),
        chart_data=_list_points(weeks, column),
        border=True,
        height="stretch",
    )


def _show_tracked_hours(figure: Figure, previous: Figure | None, weeks: pl.DataFrame, choice: Choice) -> None:
    current = read_number(find_measure(figure, choice.filters, ALL_TRACKED), "denominator_hours")
    previous_value = (
        read_number(find_measure(previous, choice.filters, ALL_TRACKED), "denominator_hours") if previous else None
    )
    delta = _format_change(current, previous_value or None, is_share=False)
    st.metric(
        "Tracked hours",
        theme.format_hours(current),
        delta,
        delta_color="off",
        delta_description=_describe_change(delta, choice),
        help=f"All {figure.used:,} entries that match the filters, whatever they were for.",
        chart_data=_list_points(weeks, "all_hours"),
        chart_type="bar",
        border=True,
        height="stretch",
    )


def _show_coverage(figure: Figure, previous: Figure | None, choice: Choice) -> None:
    current = read_number(find_measure(figure, choice.filters, LABELING_AND_MODELING), "coverage")
    previous_value = (
        read_number(find_measure(previous, choice.filters, LABELING_AND_MODELING), "coverage") if previous else None
    )
    delta = _format_change(current, previous_value, is_share=True)
    weeks = read_figure("coverage_by_week", choice.filters).rows
    st.metric(
        "Coverage",
        theme.format_percent(current) if current is not None else "unknown",
        delta,
        delta_description=_describe_change(delta, choice)
        if current is not None
        else "set weekly hours under Data, People",
        help="Tracked hours over the hours people could have tracked, where weekly hours are known, from a person's "
        "first day in the log to the last day of the log, unless a leaving day is entered. "
        "A share is only as good as its coverage.",
        chart_data=_list_points(weeks, "coverage"),
        border=True,
        height="stretch",
    )
