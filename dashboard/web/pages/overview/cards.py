"""Overview: four numbers, each with its change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard.allocation.share_range import read_share_range
from dashboard.allocation.verdict import Verdict
from dashboard.categories import LABELING_SIDE, describe_side
from dashboard.figures.chart_base import fill_calendar
from dashboard.figures.resolve import Figure
from dashboard.savings.words import describe_confidence
from dashboard.units import (
    choose_hours_digits,
    format_change,
    format_count,
    format_hours,
    format_points,
    format_share,
    round_hours_change,
    round_points,
)
from dashboard.web.cached_store import read_contents, read_figure, shape_rows
from dashboard.web.components import choose_arrow, escape_markdown
from dashboard.web.filter_bar import Choice
from dashboard.web.headline import (
    ALL_TRACKED,
    LABELING_AND_MODELING,
    find_measure,
    find_row,
    read_number,
    resolve_scope,
)
from dashboard.web.late_cards import TREND_HEIGHT, LateCards
from dashboard.web.pages.labeling.answer import show_rate_card
from dashboard.web.pages.savings.cards import format_interval


def show_cards(figure: Figure, choice: Choice, late: LateCards) -> None:
    """Draw the four numbers with their change and trend, or hold their places.

    Without labels in the store, the share of all tracked time and the tracked hours stand in place of what labels tell.
    """
    show_share = partial(_show_share, figure=figure, choice=choice)
    both = ("Labeling share", LABELING_AND_MODELING, "share_of_labeling_and_modeling")
    with st.grid(4, min_column_width=220):
        late.add_card(partial(show_share, *both), height=TREND_HEIGHT)
        if read_contents().has_labels:
            late.add_card(partial(show_savings_card, choice), is_slow=True)
            late.add_card(partial(show_accepted_card, choice))
        else:
            of_all = ("Labeling of all tracked", ALL_TRACKED, "share_of_all_tracked")
            late.add_card(partial(show_share, *of_all), height=TREND_HEIGHT)
            late.add_card(partial(_show_tracked_hours, figure, choice), height=TREND_HEIGHT)
        late.add_card(partial(_show_coverage, figure, choice), height=TREND_HEIGHT)


def _read_weeks(choice: Choice) -> pl.DataFrame:
    figure = read_figure("share_over_time", choice.filters)
    return shape_rows(figure, _select_weeks, resolve_scope(choice.filters))


def _select_weeks(rows: pl.DataFrame, scope: str) -> pl.DataFrame:
    return rows.filter(pl.col("scope") == scope).sort("week_on")


def _read_change(choice: Choice, measure: str) -> Mapping[str, Any]:
    """Return the verdict on a measure (a row of `period_change`); nothing where the periods are not compared."""
    if choice.previous is None:
        return {}
    return shape_rows(read_figure("period_change", choice.filters), find_row, resolve_scope(choice.filters), measure)


def format_card_change(row: Mapping[str, Any]) -> str | None:
    """Return the change as text; none where the periods cannot be compared."""
    if not row or row["change"] is None:
        return None
    ends = (row["before"], row["now"])
    if row["unit"] == "share":
        return format_points(round_points(*ends) / 100)
    return f"{format_change(round_hours_change(*ends), choose_hours_digits(*ends))} h"


def _choose_colour(
    row: Mapping[str, Any], colour: Literal["normal", "inverse", "off"]
) -> Literal["normal", "inverse", "off"]:
    """Return the colour of a pill: grey unless something rose or fell."""
    return colour if row and row["verdict"] in {Verdict.rose, Verdict.fell} else "off"


def _describe_change(row: Mapping[str, Any]) -> str | None:
    """Return the verdict on a change; what it is compared with stands in the filter bar.

    That nothing can be compared is said once, under What changed, and not in every card.
    """
    return str(row["verdict"]) if row and row["verdict"] != Verdict.uncompared else None


def _explain_change(row: Mapping[str, Any]) -> str:
    """Return why a pill tells neither a rise nor a fall, as the end of a help text."""
    return f" {escape_markdown(row['words'])}" if row and row["reason"] else ""


def _list_points(weeks: pl.DataFrame, column: str) -> list[float] | None:
    """Return one point per calendar week, without a value where a week has none; None where too few make a trend."""
    if weeks.get_column(column).drop_nulls().len() <= 2:  # noqa: PLR2004 - two points make no trend
        return None
    points: list[float] = fill_calendar(weeks, "week_on").get_column(column).fill_null(math.nan).to_list()
    return points


def _show_share(label: str, measure: str, column: str, *, figure: Figure, choice: Choice) -> None:
    current = find_measure(figure, choice.filters, measure)
    share_range, change = read_share_range(current), _read_change(choice, measure)
    st.metric(
        label,
        share_range.describe_value() if share_range else format_share(None),
        format_card_change(change),
        delta_color=_choose_colour(change, "inverse"),
        delta_arrow=choose_arrow(format_card_change(change)),
        delta_description=_describe_change(change),
        help=f"{format_hours(read_number(current, 'numerator_hours'))} of "
        f"{describe_side(LABELING_SIDE)}, out of "
        f"{format_hours(read_number(current, 'denominator_hours'))} of "
        + ("labeling and modeling." if measure == LABELING_AND_MODELING else "all tracked time.")
        + _explain_change(change),
        chart_data=_list_points(_read_weeks(choice), column),
        border=True,
        height="stretch",
    )


def _show_tracked_hours(figure: Figure, choice: Choice) -> None:
    current = read_number(find_measure(figure, choice.filters, ALL_TRACKED), "denominator_hours")
    change = _read_change(choice, "tracked_hours")
    st.metric(
        "Tracked hours",
        format_hours(current),
        format_card_change(change),
        delta_color="off",
        delta_arrow=choose_arrow(format_card_change(change)),
        delta_description=_describe_change(change),
        help=f"All {format_count(figure.used)} entries that match the filters, whatever they were for."
        f"{_explain_change(change)}",
        chart_data=_list_points(_read_weeks(choice), "all_hours"),
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
        format_share(current) if current is not None else "unknown",
        format_card_change(change),
        delta_color=_choose_colour(change, "normal"),
        delta_arrow=choose_arrow(format_card_change(change)),
        delta_description=_describe_change(change) if current is not None else "set weekly hours under Data, People",
        help="Tracked hours over the hours people could have tracked, where weekly hours are known, from a person's "
        "first day in the log to the last day of the log, unless a leaving day is entered. "
        f"A share is only as good as its coverage. {escape_markdown(figure.coverage_note)}{_explain_change(change)}",
        chart_data=_list_points(weeks, "coverage"),
        border=True,
        height="stretch",
    )


def show_accepted_card(choice: Choice) -> None:
    """Draw the accepted items per hour with their change."""
    show_rate_card("Accepted items per hour", "accepted_items_per_hour", "accepted_per_hour", "accepted", choice)


def show_savings_card(choice: Choice) -> None:
    """Draw the net hours saved with their interval and what they rest on, or that they are not known."""
    figure = read_figure("savings", choice.filters)
    if figure.unavailable:
        st.metric(
            "Hours saved, net",
            "unknown",
            delta_description="see Labeling & automation, Savings",
            help=escape_markdown(f"{figure.unavailable.reason} {figure.unavailable.needed}".strip()),
            border=True,
            height="stretch",
        )
        return
    row = figure.rows.row(0, named=True)
    value = read_number(row, "value")
    basis = "gross" if str(row["basis"]).startswith("gross") else "net"
    st.metric(
        f"Hours saved, {basis}",
        format_interval(row, "h") if value is None else format_hours(value),
        format_interval(row, "h") if value is not None else None,
        delta_color="off",
        delta_arrow="off",
        delta_description=describe_confidence(str(row["state"]), str(row["grade"])) or str(row["state"]),
        help=escape_markdown(str(row["words"])),
        border=True,
        height="stretch",
    )
