"""Labeling: how fast labels are made, how far the work is, and what the recorded time is worth."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import labeling_frames as frames
from dashboard.figures import Figure
from dashboard.filters import Filters
from dashboard.pages import bar, labeling_bar, labeling_progress, labeling_speed, labeling_time, reading, shown
from dashboard.pages.bar import Choice
from dashboard.pages.headline import number

WHOLE = {"items_per_hour": ("cut", "all"), "accepted_items_per_hour": ("project", frames.ALL)}
MIX = "The period before may have had other people, projects and kinds of labels."
PARTS = {
    "Speed": labeling_speed.show,
    "Progress": labeling_progress.show,
    "Recorded time": labeling_time.show,
}


def show() -> None:
    """Draw the page."""
    choice = bar.chosen()
    seconds = reading.read("seconds_per_item", choice.filters)
    shown.head("How labels are made", seconds, "labeling", is_page=True)
    if shown.refused(seconds):
        bar.way_out(seconds)
        return
    sentence(choice, seconds)
    cards(choice, seconds)
    PARTS.get(labeling_bar.part(), labeling_speed.show)(choice)
    bar.copy_link(choice, "labeling", labeling_bar.KEYS)


def sentence(choice: Choice, seconds: Figure) -> None:
    """Write the answer: how long a label takes, how many an hour, how many of them accepted."""
    found = reading.shaped(seconds, frames.overall)
    rate = whole("items_per_hour", reading.read("items_per_hour", choice.filters).rows)
    parts = []
    if found:
        parts.append(
            f"Half of the {found['labels']:,} labels with a measured time took people "
            f"**{theme.length(number(found, 'median_seconds'))}** or less, nine of ten "
            f"{theme.length(number(found, 'p90_seconds'))} or less; the mean is "
            f"{theme.length(number(found, 'mean_seconds'))}."
        )
    else:
        parts.append("No label in this selection has a measured time, so its speed is unknown.")
    if number(rate, "items_per_hour") is not None:
        idle = number(rate, "hours_without_output")
        skipped = f", {theme.hours(idle)} of it on skipped or unfinished work" if idle else ""
        parts.append(
            f"That is **{number(rate, 'items_per_hour'):,.1f}** labels per hour over "
            f"{theme.hours(number(rate, 'hours'))} of labeling{skipped}."
        )
    parts.append(accepted_words(reading.read("accepted_items_per_hour", choice.filters)))
    st.markdown(" ".join(parts))
    st.caption(shown.literal(choice.said()))


def whole(name: str, rows: pl.DataFrame) -> dict[str, object]:
    """Return a figure's row about everything, empty where there is none."""
    if name == "seconds_per_item":
        return frames.overall(rows)
    column, value = WHOLE[name]
    found = rows.filter(pl.col(column) == value)
    return found.row(0, named=True) if found.height else {}


def accepted_words(accepted: Figure) -> str:
    """Return how many accepted labels an hour, or that it is unknown."""
    if accepted.refused:
        return "How many of them are accepted is unknown: " + shown.literal(accepted.refused["reason"])
    row = whole("accepted_items_per_hour", accepted.rows)
    rate = number(row, "accepted_per_hour")
    if rate is None:
        return "How many of them are accepted per hour is unknown."
    missing = "" if row["reading"] == "complete" else " That is too high, because review time is missing from the log."
    return (
        f"Counting review and rework, **{rate:,.1f}** accepted labels per hour, on the "
        f"{theme.percent(number(row, 'share_reviewed'))} of labels that were reviewed.{missing}"
    )


def cards(choice: Choice, seconds: Figure) -> None:
    """Draw the four numbers with their change."""
    now = reading.shaped(seconds, frames.overall)
    untimed = reading.shaped(seconds, frames.without_time)
    with st.grid(4, min_column_width=220):
        _metric(
            "Median time per item",
            theme.length(number(now, "median_seconds")),
            f"Over {now.get('labels', 0):,} labels with a measured time. Mean "
            f"{theme.length(number(now, 'mean_seconds'))}, 90 % under {theme.length(number(now, 'p90_seconds'))}.",
            number(now, "median_seconds"),
            _before(choice.previous, "seconds_per_item", "median_seconds"),
            choice,
            is_better_low=True,
        )
        _rate_card("Items per hour", "items_per_hour", "items_per_hour", "timed_labels", choice)
        _rate_card("Accepted items per hour", "accepted_items_per_hour", "accepted_per_hour", "accepted", choice)
        st.metric(
            "Labels without a usable time",
            theme.percent(untimed),
            help="Their time is unknown, or is one constant value that says nothing. They are in no average.",
            border=True,
            height="stretch",
        )


def _rate_card(label: str, name: str, column: str, counted: str, choice: Choice) -> None:
    row = whole(name, reading.read(name, choice.filters).rows)
    value, labels = number(row, column), number(row, counted)
    doubt = f" {row['reading']}.".capitalize() if row.get("reading") not in {None, "complete"} else ""
    _metric(
        label,
        "unknown" if value is None else f"{value:,.1f}",
        f"{labels or 0:,.0f} labels over {theme.hours(number(row, 'hours'))}.{doubt}",
        value,
        _before(choice.previous, name, column),
        choice,
    )


def _before(previous: Filters | None, name: str, column: str) -> float | None:
    """Return the same number of the period before, or None."""
    return number(whole(name, reading.read(name, previous).rows), column) if previous else None


def _metric(
    label: str,
    value: str,
    words: str,
    now: float | None,
    then: float | None,
    choice: Choice,
    *,
    is_better_low: bool = False,
) -> None:
    """Draw one number with its relative change against the period before."""
    change = now / then - 1 if now is not None and then else None
    delta = None if change is None else 0 if abs(change) < 0.005 else f"{change:+.0%}"  # noqa: PLR2004 - under half a percent
    said = None if choice.previous is None else "no data before" if delta is None else "vs previous period"
    st.metric(
        label,
        value,
        delta,
        delta_color="inverse" if is_better_low else "normal",
        delta_description=said,
        help=f"{words} {MIX}" if choice.previous else words,
        border=True,
        height="stretch",
    )
