"""The answer of the Speed tab: one sentence on how fast labels are made, and four numbers."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from dashboard.allocation.verdict import explain_uncovered, resolve_periods
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.labeling.chart_frames import ALL, compute_untimed_share, find_overall_row, sum_both_logs
from dashboard.store.cache import CACHE
from dashboard.store.queries import run_query
from dashboard.units import (
    count_noun,
    format_change,
    format_count,
    format_decimal,
    format_duration,
    format_hours,
    format_share,
)
from dashboard.web.cached_store import open_store, read_figure, shape_rows, shown_state, utc_today
from dashboard.web.components import choose_arrow, escape_markdown
from dashboard.web.filter_bar import Choice
from dashboard.web.headline import read_number
from dashboard.web.late_cards import LateCards
from dashboard.web.pages.labeling.media import summarize_media_rate

OVERALL_ROWS = {"items_per_hour": ("cut", "all"), "accepted_items_per_hour": ("project", ALL)}
FEWEST = 20  # labels below which a rate is mostly chance, as in the charts
MIX_NOTE = "What it is compared with may have had other people, projects and kinds of labels."


def show_sentence(choice: Choice, seconds: Figure) -> None:
    """Write the answer: how long a label takes, and over which labels and hours that was measured."""
    overall = shape_rows(seconds, find_overall_row)
    rate = find_overall("items_per_hour", read_figure("items_per_hour", choice.filters).rows)
    accepted = read_figure("accepted_items_per_hour", choice.filters)
    if overall:
        median = format_duration(read_number(overall, "median_seconds"))
        lead = f"Half of the labels took people **{median}** or less."
    else:
        lead = "No label in this selection has a measured time, so its speed is unknown."
    tracked = compare_tracked_hours(choice.filters)
    st.markdown(" ".join(filter(None, (lead, describe_accepted(accepted), tracked))))
    facts = [escape_markdown(choice.describe())]
    facts += [f"{format_count(overall['labels'])} timed labels"] if overall else []
    reviewed = read_number(find_overall("accepted_items_per_hour", accepted.rows), "share_reviewed")
    facts += [f"{format_share(reviewed)} reviewed"] if reviewed else []
    hours = read_number(rate, "hours")
    facts += [f"{format_hours(hours)} of labeling"] if hours is not None and not tracked else []
    media = read_figure("media_minutes", choice.filters)
    facts += [] if media.unavailable else filter(None, [summarize_media_rate(media.rows)])
    st.caption(" · ".join(facts))


def find_overall(name: str, rows: pl.DataFrame) -> dict[str, object]:
    """Return a figure's overall row; empty if there is none."""
    if name == "seconds_per_item":
        return find_overall_row(rows)
    column, value = OVERALL_ROWS[name]
    matches = rows.filter(pl.col(column) == value)
    return matches.row(0, named=True) if matches.height else {}


def describe_accepted(accepted: Figure) -> str:
    """Return why it is unknown how many labels are accepted; "" where it is known."""
    if accepted.unavailable:  # why stands in the card below
        return "How many of them are accepted is unknown."
    row = find_overall("accepted_items_per_hour", accepted.rows)
    is_unknown = read_number(row, "accepted_per_hour") is None
    return "How many of them are accepted per hour is unknown." if is_unknown else ""


def compare_tracked_hours(filters: Filters) -> str:
    """Return how many hours the time log has for the work whose rates rest on the labeling log; "" where it has none.

    Time has no method and no stage, so nothing is compared with a part of the labels.
    """
    if filters.methods or filters.stages:
        return ""
    row = shape_rows(read_figure("logged_against_observed", filters), sum_both_logs)
    logged, observed = row["logged_hours"], row["observed_hours"]
    if not logged or not observed:
        return ""
    return (
        f"Rates are per hour of the labeling log, **{format_hours(observed)}**. The time log has "
        f"**{format_hours(logged)}** for the same projects and months, "
        f"**{format_decimal(logged / observed)} times** as many."
    )


def show_cards(choice: Choice, seconds: Figure, late: LateCards) -> None:
    """Draw the four numbers with their change, or why there is none, or hold their places."""
    rates = (
        ("Items per hour", "items_per_hour", "items_per_hour", "timed_labels"),
        ("Accepted items per hour", "accepted_items_per_hour", "accepted_per_hour", "accepted"),
    )
    with st.grid(4, min_column_width=220):
        late.add_card(partial(_show_median, choice, seconds))
        for rate in rates:
            late.add_card(partial(show_rate_card, *rate, choice))
        late.add_card(partial(_show_untimed, seconds))
    late.add_card(partial(_show_uncovered, choice), height=0)


def _show_median(choice: Choice, seconds: Figure) -> None:
    current = shape_rows(seconds, find_overall_row)
    median = read_number(current, "median_seconds")
    _show_metric(
        "Median time per item",
        format_duration(median) if current else "unknown",
        describe_times(current),
        median,
        _read_previous(choice.previous, "seconds_per_item", "median_seconds"),
        choice,
        read_number(current, "labels"),
    )


def _show_untimed(seconds: Figure) -> None:
    st.metric(
        "Labels without a usable time",
        format_share(shape_rows(seconds, compute_untimed_share)),
        help="Their time is unknown, or one constant value that says nothing. No average includes them.",
        border=True,
        height="stretch",
    )


def _show_uncovered(choice: Choice) -> None:
    if choice.previous and (uncovered := _explain_uncovered(choice)):
        st.caption(escape_markdown(uncovered))


def describe_times(overall: dict[str, object]) -> str:
    """Return what stands behind the median time; no label may have a measured one."""
    if not overall:
        return "No label has a measured time."
    mean, p90 = (format_duration(read_number(overall, name)) for name in ("mean_seconds", "p90_seconds"))
    return f"Over {format_count(overall['labels'])} labels with a measured time. Mean {mean}, 90% under {p90}."


def show_rate_card(label: str, name: str, column: str, count_column: str, choice: Choice) -> None:
    """Draw a rate of labels per hour with its change."""
    row = find_overall(name, read_figure(name, choice.filters).rows)
    value, labels = read_number(row, column), read_number(row, count_column)
    reading = str(row.get("reading") or "complete")
    doubt = f" {reading}.".capitalize() if reading != "complete" else ""
    lead = "at most " if reading.startswith("too high") else ""
    _show_metric(
        label,
        "unknown" if value is None else f"{lead}{format_decimal(value)}",
        f"{format_count(labels or 0)} labels over {format_hours(read_number(row, 'hours'))} of the labeling log.{doubt}"
        f" {compare_tracked_hours(choice.filters)}".rstrip(),
        value,
        _read_previous(choice.previous, name, column),
        choice,
        labels,
    )


def _read_previous(previous: Filters | None, name: str, column: str) -> float | None:
    """Return the same number for the previous period, or None."""
    return read_number(find_overall(name, read_figure(name, previous).rows), column) if previous else None


def _explain_uncovered(choice: Choice) -> str:
    """Return why the labeling log cannot be compared with what was chosen, or nothing; rates need no equal periods."""
    if choice.filters.earlier_project:
        return ""
    question = ("uncovered labels", choice.filters, utc_today())
    return CACHE.recall(shown_state(), question, lambda: _query_uncovered(choice.filters))


def _query_uncovered(filters: Filters) -> str:
    with open_store().snapshot() as snapshot:
        newest_on = run_query(snapshot, "known_span", {}).item(0, "labels_to")
        if newest_on is None:
            return ""
        params = filters.parameters() | {"today": utc_today()}
        return explain_uncovered(snapshot, "labels", resolve_periods(snapshot, params, "labels", newest_on))


def _show_metric(
    label: str,
    value: str,
    help_text: str,
    current: float | None,
    previous: float | None,
    choice: Choice,
    labels: float | None,
) -> None:
    """Draw one number with its relative change since the previous period; no interval tells it from chance.

    Of few labels it says that the number itself is mostly chance.
    Where nothing can be compared, the page says so once; the card has the reason in its help.
    """
    uncovered = _explain_uncovered(choice) if choice.previous else ""
    few = (
        f"only {count_noun(int(labels), 'label')}: mostly chance"
        if current is not None and labels and labels < FEWEST
        else ""
    )
    delta = (
        f"{format_change(100 * (current / previous - 1))}%"
        if current is not None and previous and not uncovered and not few
        else None
    )
    st.metric(
        label,
        value,
        delta,
        delta_color="off",
        delta_arrow=choose_arrow(delta),
        delta_description=few or ("may be chance" if delta else None),
        help=f"{help_text} {uncovered or MIX_NOTE}" if choice.previous else help_text,
        border=True,
        height="stretch",
    )
