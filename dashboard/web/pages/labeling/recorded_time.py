"""Labeling, recorded time: what the tools' seconds mean, where they went, and what the time sheets say."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.labeling.chart_frames import build_stage_rows, build_view_rows, select_cap_rows, split_capped_hours
from dashboard.labeling.charts import (
    draw_active_time,
    draw_logged_against_observed,
    draw_seconds_by_stage,
    draw_time_by_gap,
)
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import show_chart, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.labeling.controls import has_names, selected_cap
from dashboard.web.pages.labeling.speed import show_data_table


def show_time_part(choice: Choice) -> None:
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
    cap_name, cap_seconds = selected_cap()
    with st.container(border=True, height="stretch"):
        show_title("Active or open time?", figure, "active")
        st.caption(describe_cap(select_cap_rows(figure.rows, cap_seconds), cap_name, cap_seconds))
        rows = shape_rows(figure, split_capped_hours, cap_seconds)
        if rows.is_empty():
            st.info("No event in this selection has a time.", icon=":material/info:")
        else:
            alt = f"Stacked bars: hours by tool and what they mean, with a cap of {cap_name}, {choice.describe()}."
            show_chart(rows, draw_active_time(theme_mode()), alt, "active")
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
                "hours_taken_away": st.column_config.NumberColumn("Hours removed", format="%,.1f"),
            }
            show_data_table(select_cap_rows(figure.rows, cap_seconds), columns, "active-time", "Time by tool and rule")


def describe_cap(rows: pl.DataFrame, cap_name: str, cap_seconds: int | None) -> str:
    """Return a sentence on the effect of the cap."""
    hours = float(rows.get_column("recorded_hours").sum())
    if cap_seconds is None:
        return (
            f"{theme.format_hours(hours)} as the tools recorded them. Choose a cap to see how much could be idle tabs."
        )
    cut_events, timed_events = int(rows.get_column("events_cut").sum()), int(rows.get_column("timed_events").sum())
    removed_hours = float(rows.get_column("hours_taken_away").sum())
    return (
        f"A cap of {cap_name} cuts {cut_events:,} of {timed_events:,} timed events and takes "
        f"{theme.format_hours(removed_hours)} of "
        f"{theme.format_hours(hours)} away ({theme.format_percent(removed_hours / hours if hours else None)})."
    )


def show_time_spent(choice: Choice) -> None:
    """Draw every second by method and stage."""
    figure = read_figure("seconds_by_method_and_stage", choice.filters)
    with st.container(border=True, height="stretch"):
        show_title("Where did the seconds go?", figure, "spent")
        total = theme.format_hours(float(figure.rows.get_column("hours").sum()))
        st.caption(f"Adds up to {total}: all the time in the log, each second once, whatever its outcome.")
        rows = shape_rows(figure, build_stage_rows)
        if not rows.is_empty():
            alt = f"Stacked bars: hours by method of the label and stage of the work, {choice.describe()}."
            show_chart(rows, draw_seconds_by_stage(theme_mode()), alt, "spent")
        with st.expander("The numbers"):
            columns = {
                "method": st.column_config.TextColumn("Method", pinned=True),
                "stage": "Stage",
                "hours": st.column_config.NumberColumn("Hours", format="%,.2f"),
                "share": st.column_config.NumberColumn("Of all hours", format="percent"),
                "timed_labels": st.column_config.NumberColumn("Labels with a time", format="localized"),
                "labels": st.column_config.NumberColumn("Labels", format="localized"),
            }
            show_data_table(figure.rows, columns, "seconds-by-method", "Hours by method and stage")


def show_logged_observed(choice: Choice) -> None:
    """Draw time entries beside the time that labeling tools recorded; the two are never added."""
    figure = read_figure("logged_against_observed", choice.filters)
    with st.container(border=True, height="stretch"):
        show_title("Time sheets against labeling tools", figure, "beside")
        st.caption("Two views of the same work, never added. Projects match by name.")
        rows = shape_rows(figure, build_view_rows)
        alt = f"Bars: logged and observed labeling hours by month, {choice.describe()}."
        show_chart(
            rows,
            draw_logged_against_observed(theme_mode()),
            alt,
            "beside",
            read_figure("notes", choice.filters),
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
            show_data_table(newest, columns, "logged-observed", "Logged against observed hours by project and month")


def show_gap_rule(choice: Choice) -> None:
    """Draw the hours that a custom gap rule would give, as an estimate."""
    figure = read_figure("time_by_gap_rule", choice.filters)
    with st.container(border=True, height="stretch"):
        show_title("A gap rule of your own", figure, "gaps")
        if show_unavailable(figure):
            return
        st.caption("An estimate from the gaps between events of one item. Dashed: what the tool recorded for them.")
        alt = f"Line: estimated hours by the longest gap that counts as work, {choice.describe()}."
        show_chart(figure.rows, draw_time_by_gap(theme_mode()), alt, "gaps")
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
            show_data_table(figure.rows, columns, "gap-rule", "Estimated hours by gap limit")


def show_time_doubts(choice: Choice) -> None:
    """List doubtful times."""
    figure = read_figure("timing_doubts", choice.filters, names=has_names())
    with st.container(border=True):
        show_title("Times to doubt", figure, "doubts")
        if figure.rows.is_empty():
            st.caption("No constant, zero, unknown, gap-derived or very long times in this selection.")
            return
        st.caption("A doubt is about the log, not about the person.")
        columns = {
            "doubt": st.column_config.TextColumn("Doubt", pinned=True),
            "project": "Project",
            "person": "Person",
            "source": "Tool",
            "affected": st.column_config.NumberColumn("Labels affected", format="localized"),
            "share": st.column_config.NumberColumn("Of the person's labels there", format="percent"),
            "value_seconds": st.column_config.NumberColumn("The value, s", format="%,.1f"),
        }
        show_data_table(figure.rows, columns, "timing-doubts", "Doubtful times by person and project")
