"""When automation pays for itself: a measured date, a projected range, or not within the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard.forecast.charts import draw_payback
from dashboard.units import format_chance, format_count, format_day, format_quantity
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import (
    escape_markdown,
    fold_table,
    show_chart,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice

STATES: dict[str, tuple[str, str, Literal["blue", "green", "red", "gray"]]] = {
    "in the past, measured": ("Paid back, measured", ":material/check_circle:", "blue"),
    "ahead": ("Ahead, projected", ":material/schedule:", "green"),
    "not within the horizon": ("Not within the horizon", ":material/block:", "red"),
    "not known": ("Not known", ":material/help:", "gray"),
}

SUMMARY_COLUMNS = (
    *("project", "state", "automations", "unit", "setup", "balance", "lowest", "measured_on", "p10_on", "p50_on"),
    *("p90_on", "probability", "npv", "npv_low", "npv_high", "npv_probability", "monthly_rate", "weeks", "words"),
)


def show_payback(choice: Choice, project: str) -> None:
    """Write a line per project, and draw the running sum of the chosen one."""
    figure = read_figure("break_even", choice.filters)
    with st.container(border=True):
        show_title("When does automation pay back?", figure, "payback")
        if show_unavailable(figure):
            return
        summaries = figure.rows.filter(kind="summary")
        for row in summaries.iter_rows(named=True):
            show_project_line(row)
        known_projects = summaries.filter(pl.col("state") != "not known").get_column("project").to_list()
        if not known_projects:
            return
        selected = project if project in known_projects else str(known_projects[0])
        rows = shape_rows(figure, select_running_sums, selected)
        unit = str(summaries.filter(project=selected).item(0, "unit"))
        st.caption(f"{escape_markdown(selected)}, gains less cost")
        alt = f"Running sum in {unit}: measured until today, then projected within a band; a line at zero."
        show_chart(
            rows,
            draw_payback(theme_mode(), unit),
            alt,
            "payback",
            read_figure("notes", replace(choice.filters, projects=(selected,))),
        )


def show_payback_table(choice: Choice) -> None:
    """Offer what is behind the dates: setup, lowest point and present value by project."""
    figure = read_figure("break_even", choice.filters)
    alt = "When automation pays back, with setup, lowest point and present value by project"
    rows = figure.rows.filter(kind="summary")
    fold_table("When automation pays back", figure, SUMMARY_COLUMNS, key="payback-summary", alt=alt, rows=rows)


def select_running_sums(rows: pl.DataFrame, project: str) -> pl.DataFrame:
    """Return the running sums of a project: week_on, measured, p10, p50, p90, today."""
    selected = rows.filter(kind="week", project=project)
    return selected.select("week_on", "measured", "p10", "p50", "p90", "today").sort("week_on")


def show_project_line(row: Mapping[str, Any]) -> None:
    """Write what is known of one project."""
    label, icon, colour = STATES[str(row["state"])]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape_markdown(str(row['project']))}**", width="content")
        st.badge(label, icon=icon, color=colour, help=escape_markdown(explain_gap(row)) or None)
        text = describe_state(row)
        if text:
            st.markdown(escape_markdown(text), width="content")


def explain_gap(row: Mapping[str, Any]) -> str:
    """Return why nothing is known of a project; empty where something is."""
    return str(row["words"]) if row["state"] == "not known" else ""


def describe_state(row: Mapping[str, Any]) -> str:
    """Return the one thing that the state leaves open: since when, how likely, or what is missing."""
    if row["measured_on"] is not None:
        doubt = "" if row["sure"] else "; not yet at the low end of the estimate"
        return f"since {format_day(row['measured_on'])}, now {_format_sum(row)} ahead{doubt}"
    if row["p50_on"] is not None:
        return f"half of simulated outcomes by the week of {format_day(row['p50_on'])}"
    if row["probability"] is not None:
        return f"{format_chance(row['probability'])} likely in {row['weeks']} weeks, now at {_format_sum(row)}"
    return str(row["automations"] or "")


def _format_sum(row: Mapping[str, Any]) -> str:
    """Return where the running sum stands today."""
    return format_quantity(format_count(row["balance"]), str(row["unit"]))
