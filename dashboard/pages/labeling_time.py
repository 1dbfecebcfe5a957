"""Labeling, recorded time: what the tools' seconds mean, where they went, and what the time sheets say."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import labeling as charts
from dashboard.charts import labeling_frames as frames
from dashboard.pages import labeling_bar, reading, shown
from dashboard.pages.bar import Choice
from dashboard.pages.labeling_speed import table


def show(choice: Choice) -> None:
    """Draw what the recorded time is worth."""
    left, right = st.columns(2)
    with left:
        active(choice)
    with right:
        spent(choice)
    left, right = st.columns(2)
    with left:
        beside(choice)
    with right:
        gaps(choice)
    doubts(choice)


def active(choice: Choice) -> None:
    """Draw each tool's time with its own rule, and what a cap would take away."""
    figure = reading.read("active_against_open_time", choice.filters)
    words, seconds = labeling_bar.cap()
    with st.container(border=True, height="stretch"):
        shown.head("Active or open time?", figure, "active")
        st.caption(taken_words(frames.capped(figure.rows, seconds), words, seconds))
        rows = reading.shaped(figure, frames.kept_and_taken, seconds)
        if rows.is_empty():
            st.info("No event in this selection has a time.", icon=":material/info:")
        else:
            alt = f"Stacked bars: hours by tool and what they mean, with a cap of {words}, {choice.said()}."
            shown.chart(rows, charts.active_against_open_time(shown.mode()), alt, "active")
        with st.expander("The numbers"):
            columns = {
                "source": st.column_config.TextColumn("Tool", pinned=True),
                "meaning": "Time is",
                "idle_rule": "Rule of the tool",
                "events": st.column_config.NumberColumn("Events", format="localized"),
                "timed_events": st.column_config.NumberColumn("With a time", format="localized"),
                "recorded_hours": st.column_config.NumberColumn("Recorded hours", format="%,.1f"),
                "hours": st.column_config.NumberColumn("Hours under the cap", format="%,.1f"),
                "events_cut": st.column_config.NumberColumn("Events cut", format="localized"),
                "hours_taken_away": st.column_config.NumberColumn("Hours taken away", format="%,.1f"),
            }
            table(frames.capped(figure.rows, seconds), columns, "active-time", "Time by tool and rule")


def taken_words(rows: pl.DataFrame, words: str, seconds: int | None) -> str:
    """Return what the cap does, in words."""
    hours = float(rows.get_column("recorded_hours").sum())
    if seconds is None:
        return f"{theme.hours(hours)} as the tools recorded them. Choose a cap to see what idle tabs could be worth."
    cut, timed = int(rows.get_column("events_cut").sum()), int(rows.get_column("timed_events").sum())
    taken = float(rows.get_column("hours_taken_away").sum())
    return (
        f"A cap of {words} cuts {cut:,} of {timed:,} timed events and takes {theme.hours(taken)} of "
        f"{theme.hours(hours)} away ({theme.percent(taken / hours if hours else None)})."
    )


def spent(choice: Choice) -> None:
    """Draw every second by method and stage."""
    figure = reading.read("seconds_by_method_and_stage", choice.filters)
    with st.container(border=True, height="stretch"):
        shown.head("Where did the seconds go?", figure, "spent")
        whole = theme.hours(float(figure.rows.get_column("hours").sum()))
        st.caption(f"Adds up to {whole}: all the time in the log, each second once, whatever came of it.")
        rows = reading.shaped(figure, frames.staged)
        if not rows.is_empty():
            alt = f"Stacked bars: hours by method of the label and stage of the work, {choice.said()}."
            shown.chart(rows, charts.seconds_by_method_and_stage(shown.mode()), alt, "spent")
        with st.expander("The numbers"):
            columns = {
                "method": st.column_config.TextColumn("Method", pinned=True),
                "stage": "Stage",
                "hours": st.column_config.NumberColumn("Hours", format="%,.2f"),
                "share": st.column_config.NumberColumn("Of all hours", format="percent"),
                "timed_labels": st.column_config.NumberColumn("Labels with a time", format="localized"),
                "labels": st.column_config.NumberColumn("Labels", format="localized"),
            }
            table(figure.rows, columns, "seconds-by-method", "Hours by method and stage")


def beside(choice: Choice) -> None:
    """Set time entries beside the time that labeling tools recorded; never added."""
    figure = reading.read("logged_against_observed", choice.filters)
    with st.container(border=True, height="stretch"):
        shown.head("Time sheets against labeling tools", figure, "beside")
        st.caption("Two views of the same work, never added. Projects match by name.")
        rows = reading.shaped(figure, frames.two_views)
        alt = f"Bars: logged and observed labeling hours by month, {choice.said()}."
        shown.chart(
            rows, charts.logged_against_observed(shown.mode()), alt, "beside", reading.read("notes", choice.filters)
        )
        with st.expander("By project and month, with what can explain the gap"):
            columns = {
                "month_on": st.column_config.DateColumn("Month", format="MMM YYYY", pinned=True),
                "project": "Project",
                "logged_hours": st.column_config.NumberColumn("Logged", format="%,.1f"),
                "observed_hours": st.column_config.NumberColumn("Observed", format="%,.1f"),
                "gap_hours": st.column_config.NumberColumn("Gap", format="%,.1f"),
                "reading": "Can come from",
                "untimed_labels": st.column_config.NumberColumn("Labels without a time", format="localized"),
                "idle_rules": "Idle rules",
            }
            newest = figure.rows.sort("month_on", "project", descending=[True, False])
            table(newest, columns, "logged-observed", "Logged against observed hours by project and month")


def gaps(choice: Choice) -> None:
    """Draw what a gap rule of one's own would give, as an estimate."""
    figure = reading.read("time_by_gap_rule", choice.filters)
    with st.container(border=True, height="stretch"):
        shown.head("A gap rule of your own", figure, "gaps")
        if shown.refused(figure):
            return
        st.caption("An estimate from the gaps between events of one item. Dashed: what the tool recorded for them.")
        alt = f"Line: estimated hours by the longest gap that counts as work, {choice.said()}."
        shown.chart(figure.rows, charts.time_by_gap_rule(shown.mode()), alt, "gaps")
        with st.expander("The numbers"):
            columns = {
                "source": st.column_config.TextColumn("Tool", pinned=True),
                "limit_seconds": st.column_config.NumberColumn("Limit, s"),
                "labels": st.column_config.NumberColumn("Labels", format="localized"),
                "gaps": st.column_config.NumberColumn("Gaps", format="localized"),
                "gaps_over": st.column_config.NumberColumn("Over the limit", format="localized"),
                "estimated_hours": st.column_config.NumberColumn("Estimated hours", format="%,.1f"),
                "open_hours": st.column_config.NumberColumn("First to last event", format="%,.1f"),
                "recorded_hours": st.column_config.NumberColumn("Recorded hours", format="%,.1f"),
            }
            table(figure.rows, columns, "gap-rule", "Estimated hours by gap limit")


def doubts(choice: Choice) -> None:
    """List times that mean less than they seem."""
    figure = reading.read("timing_doubts", choice.filters, names=labeling_bar.has_names())
    with st.container(border=True):
        shown.head("Times to doubt", figure, "doubts")
        if figure.rows.is_empty():
            st.caption("No constant, zero, unknown, gap-derived or very long times in this selection.")
            return
        st.caption("A doubt is about the log, not about the person.")
        columns = {
            "doubt": st.column_config.TextColumn("Doubt", pinned=True),
            "project": "Project",
            "person": "Person",
            "source": "Tool",
            "affected": st.column_config.NumberColumn("Labels with it", format="localized"),
            "share": st.column_config.NumberColumn("Of the person's labels there", format="percent"),
            "value_seconds": st.column_config.NumberColumn("The value, s", format="%,.1f"),
        }
        table(figure.rows, columns, "timing-doubts", "Doubtful times by person and project")
