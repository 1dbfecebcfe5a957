"""Labeling, recorded time: what the tools' seconds mean, where they went, and what the time sheets say."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.labeling.chart_frames import select_cap_rows
from dashboard.units import format_count, format_hours, format_share
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_card, show_table, show_title
from dashboard.web.filter_bar import Choice, has_names

CAPS = {
    "No cap": None,
    "30 s": 30,
    "1 min": 60,
    "2 min": 120,
    "5 min": 300,
    "10 min": 600,
    "15 min": 900,
    "30 min": 1800,
    "1 h": 3600,
}
CAP_HELP = "Time of one event above the cap does not count, be it an idle tab or long real work."
ACTIVE_COLUMNS = (
    "source",
    "meaning",
    "idle_rule",
    "events",
    "timed_events",
    "recorded_hours",
    "hours",
    "events_cut",
    "hours_taken_away",
)
VIEW_COLUMNS = (
    "month_on",
    "project",
    "logged_hours",
    "observed_hours",
    "gap_hours",
    "reading",
    "untimed_labels",
    "idle_rules",
)
GAP_COLUMNS = (
    "source",
    "limit_seconds",
    "labels",
    "gaps",
    "gaps_over",
    "estimated_hours",
    "open_hours",
    "recorded_hours",
)
DOUBT_COLUMNS = ("doubt", "project", "person", "source", "affected", "share", "value_seconds")


def show_recorded_time(choice: Choice) -> None:
    """Draw what the recorded time is worth."""
    left, right = st.columns(2)
    with left:
        show_active_time(choice)
    with right:
        show_time_spent(choice)
    left, right = st.columns(2)
    with left:
        show_logged_observed(choice)
    with right:
        show_gap_rule(choice)
    show_time_doubts(choice)


def show_active_time(choice: Choice) -> None:
    """Draw each tool's time under its own idle rule, and what a cap would remove."""
    figure = read_figure("active_against_open_time", choice.filters)
    cap_name = str(st.selectbox("Cap on one event", list(CAPS), key="cap", width=150, help=CAP_HELP))
    cap_seconds = CAPS[cap_name]
    cap_rows = select_cap_rows(figure.rows, cap_seconds)
    show_card(
        figure,
        key="active",
        title="Active or open time?",
        options={"cap": cap_name, "cap_seconds": cap_seconds, "selection": choice.describe()},
        columns=ACTIVE_COLUMNS,
        rows=cap_rows,
        intro=describe_cap(cap_rows, cap_name, cap_seconds),
        empty="No event in this selection has a time.",
        table_key="active-time",
        alt="Time by tool and rule",
    )


def describe_cap(rows: pl.DataFrame, cap_name: str, cap_seconds: int | None) -> str:
    """Return a sentence on the effect of the cap."""
    hours = float(rows.get_column("recorded_hours").sum())
    if cap_seconds is None:
        return f"{format_hours(hours)} as the tools recorded them. Choose a cap to see how much could be idle tabs."
    cut_events, timed_events = int(rows.get_column("events_cut").sum()), int(rows.get_column("timed_events").sum())
    removed_hours = float(rows.get_column("hours_taken_away").sum())
    return (
        f"A cap of {cap_name} cuts {format_count(cut_events)} of {format_count(timed_events)} timed events and takes "
        f"{format_hours(removed_hours)} of "
        f"{format_hours(hours)} away ({format_share(removed_hours / hours if hours else None)})."
    )


def show_time_spent(choice: Choice) -> None:
    """Draw every second by method and stage."""
    figure = read_figure("seconds_by_method_and_stage", choice.filters)
    total = format_hours(float(figure.rows.get_column("hours").sum()))
    show_card(
        figure,
        key="spent",
        title="Where did the seconds go?",
        options={"selection": choice.describe()},
        columns=("method", "stage", "hours", "share", "timed_labels", "labels"),
        intro=f"Adds up to {total}: all the time of people in the log, each second once, whatever its outcome.",
        empty="No event in this selection has a time.",
        table_key="seconds-by-method",
        alt="Hours by method and stage",
    )


def show_logged_observed(choice: Choice) -> None:
    """Draw time entries beside the time that labeling tools recorded; the two are never added."""
    figure = read_figure("logged_against_observed", choice.filters)
    show_card(
        figure,
        key="beside",
        title="Time sheets against labeling tools",
        options={"selection": choice.describe()},
        columns=VIEW_COLUMNS,
        rows=figure.rows.sort("month_on", "project", descending=[True, False]),
        intro="Two views of the same work, never added. Projects match by name.",
        table_key="logged-observed",
        table_title="By project and month, with what can explain the gap",
        alt="Logged against observed hours by project and month",
    )


def show_gap_rule(choice: Choice) -> None:
    """Draw the hours that a custom gap rule would give, as an estimate."""
    show_card(
        read_figure("time_by_gap_rule", choice.filters),
        key="gaps",
        title="A gap rule of your own",
        options={"selection": choice.describe()},
        columns=GAP_COLUMNS,
        intro="An estimate from the gaps between events of one item. Dashed: what the tool recorded for them.",
        table_key="gap-rule",
        alt="Estimated hours by gap limit",
    )


def show_time_doubts(choice: Choice) -> None:
    """List doubtful times."""
    figure = read_figure("timing_doubts", choice.filters, names=has_names())
    with st.container(border=True):
        show_title("Times to doubt", figure, "doubts")
        if figure.rows.is_empty():
            st.caption("No constant, zero, unknown, gap-derived or very long times in this selection.")
            return
        st.caption("A doubt is about the log, not about the person.")
        show_table(figure.rows, figure.name, DOUBT_COLUMNS, "timing-doubts", "Doubtful times by person and project")
