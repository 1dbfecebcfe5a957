"""The headline: one sentence with its denominators, and four numbers beside their past."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures import Figure
from dashboard.filters import Filters
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

TWO = "labeling_of_labeling_and_modeling"
ALL = "labeling_of_all_tracked"
SMALLEST_CHANGE = 0.0005  # under a twentieth of a percentage point is no change


def scope(filters: Filters) -> str:
    """Return whose rows of a figure are meant."""
    return "engineers" if filters.roles == ("engineer",) else "everyone"


def measured(figure: Figure, filters: Filters, measure: str) -> dict[str, object]:
    """Return the row of one share: share, numerator_hours, denominator_hours, coverage."""
    return reading.shaped(figure, _row, scope(filters), measure)


def _row(rows: pl.DataFrame, whose: str, measure: str) -> dict[str, object]:
    found = rows.filter((pl.col("scope") == whose) & (pl.col("measure") == measure))
    return found.row(0, named=True) if not found.is_empty() else {}


def number(row: dict[str, object], name: str) -> float | None:
    """Return a number of a row, or None."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def sentence(figure: Figure, choice: Choice) -> None:
    """Write the answer, each share with what it is a share of."""
    two, whole = (measured(figure, choice.filters, name) for name in (TWO, ALL))
    whose = "Engineers" if choice.filters.roles else "The team"
    share = number(two, "share")
    if share is None:
        st.markdown(
            f"{whose} tracked {theme.hours(number(whole, 'denominator_hours'))}, none of it labeling or modeling."
        )
        return
    covered = number(two, "coverage")
    coverage = (
        f"Tracked time covers {theme.percent(covered)} of capacity."
        if covered is not None
        else ("How much of all work is tracked is unknown: no weekly hours are set.")
    )
    st.markdown(
        f"{whose} spent **{theme.percent(share)}** of the {theme.hours(number(two, 'denominator_hours'))} of labeling "
        f"and modeling on labeling ({theme.hours(number(two, 'numerator_hours'))}). "
        f"That is **{theme.percent(number(whole, 'share'))}** of all {theme.hours(number(whole, 'denominator_hours'))} "
        f"tracked, {shown.literal(choice.said())}. {coverage}"
    )


def cards(figure: Figure, choice: Choice) -> None:
    """Draw the four numbers with their change and their past."""
    filters = choice.filters
    before = reading.read("labeling_share", choice.previous) if choice.previous else None
    weeks = reading.shaped(reading.read("share_over_time", filters), _weeks, scope(filters))
    with st.grid(4, min_column_width=220):
        _share("Labeling share", TWO, "share_of_labeling_and_modeling", figure, before, weeks, choice)
        _share("Labeling of all tracked", ALL, "share_of_all_tracked", figure, before, weeks, choice)
        _tracked(figure, before, weeks, choice)
        _coverage(figure, before, choice)


def _weeks(rows: pl.DataFrame, whose: str) -> pl.DataFrame:
    return rows.filter(pl.col("scope") == whose).sort("week_on")


def _delta(now: float | None, then: float | None, *, is_share: bool) -> str | int | None:
    """Return the change as text; a change of nothing is the number 0, which Streamlit shows grey."""
    if now is None or then is None:
        return None
    change = now - then
    if is_share:
        return 0 if abs(change) < SMALLEST_CHANGE else theme.points(change)
    return 0 if round(change, 1) == 0 else f"{change:+,.0f} h"


def _said(delta: str | int | None, choice: Choice) -> str | None:
    if choice.previous is None:
        return None
    return "no data before" if delta is None else "vs previous period"


def _points(weeks: pl.DataFrame, column: str) -> list[float] | None:
    points: list[float] = weeks.get_column(column).drop_nulls().to_list()
    return points if len(points) > 2 else None  # noqa: PLR2004 - two points are not a course


def _share(
    label: str, measure: str, column: str, figure: Figure, before: Figure | None, weeks: pl.DataFrame, choice: Choice
) -> None:
    now = measured(figure, choice.filters, measure)
    then = number(measured(before, choice.filters, measure), "share") if before else None
    delta = _delta(number(now, "share"), then, is_share=True)
    st.metric(
        label,
        theme.percent(number(now, "share")),
        delta,
        delta_color="inverse",
        delta_description=_said(delta, choice),
        help=f"{theme.hours(number(now, 'numerator_hours'))} of labeling, review and labeling operations, out of "
        f"{theme.hours(number(now, 'denominator_hours'))} of "
        + ("labeling and modeling." if measure == TWO else "all tracked time."),
        chart_data=_points(weeks, column),
        border=True,
        height="stretch",
    )


def _tracked(figure: Figure, before: Figure | None, weeks: pl.DataFrame, choice: Choice) -> None:
    now = number(measured(figure, choice.filters, ALL), "denominator_hours")
    then = number(measured(before, choice.filters, ALL), "denominator_hours") if before else None
    delta = _delta(now, then or None, is_share=False)
    st.metric(
        "Tracked hours",
        theme.hours(now),
        delta,
        delta_color="off",
        delta_description=_said(delta, choice),
        help=f"All {figure.used:,} entries that the filters leave, whatever they were for.",
        chart_data=_points(weeks, "all_hours"),
        chart_type="bar",
        border=True,
        height="stretch",
    )


def _coverage(figure: Figure, before: Figure | None, choice: Choice) -> None:
    now = number(measured(figure, choice.filters, TWO), "coverage")
    then = number(measured(before, choice.filters, TWO), "coverage") if before else None
    delta = _delta(now, then, is_share=True)
    weeks = reading.read("coverage_by_week", choice.filters).rows
    st.metric(
        "Coverage",
        theme.percent(now) if now is not None else "unknown",
        delta,
        delta_description=_said(delta, choice) if now is not None else "set weekly hours under Data, People",
        help="Tracked hours over the hours people could have tracked, where weekly hours are known. "
        "A share is only as good as its coverage.",
        chart_data=_points(weeks, "coverage"),
        border=True,
        height="stretch",
    )
