"""When automation pays for itself: a measured date, a projected range, or not within the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.forecast.charts import draw_payback
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import escape_markdown, show_chart, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice

STATES: dict[str, tuple[str, str, Literal["blue", "green", "red", "gray"]]] = {
    "in the past, measured": ("Paid back, measured", ":material/check_circle:", "blue"),
    "ahead": ("Ahead, projected", ":material/schedule:", "green"),
    "not within the horizon": ("Not within the horizon", ":material/block:", "red"),
    "not known": ("Not known", ":material/help:", "gray"),
}


def show_payback(choice: Choice, project: str) -> None:
    """Draw a card per project, and the running sum of the chosen one."""
    figure = read_figure("break_even", choice.filters)
    with st.container(border=True):
        show_title("When does automation pay back?", figure, "payback")
        if show_unavailable(figure):
            return
        summaries = figure.rows.filter(kind="summary")
        with st.grid(3, min_column_width=260):
            for row in summaries.iter_rows(named=True):
                show_project_card(row)
        known_projects = summaries.filter(pl.col("state") != "not known").get_column("project").to_list()
        if not known_projects:
            return
        selected = project if project in known_projects else str(known_projects[0])
        if project not in known_projects and len(known_projects) > 1:
            selected = str(st.selectbox("Project", known_projects, key="payback-project", width=260))
        rows = shape_rows(figure, select_running_sums, selected)
        unit = str(summaries.filter(project=selected).item(0, "unit"))
        st.caption("Cumulative gains of automation less its cost, since setup: measured, then projected.")
        alt = f"Running sum in {unit}: measured until today, then projected within a band; a line at zero."
        show_chart(
            rows,
            draw_payback(theme_mode(), unit),
            alt,
            "payback",
            read_figure("notes", replace(choice.filters, projects=(selected,))),
        )


def select_running_sums(rows: pl.DataFrame, project: str) -> pl.DataFrame:
    """Return the running sums of a project: week_on, measured, p10, p50, p90, today."""
    selected = rows.filter(kind="week", project=project)
    return selected.select("week_on", "measured", "p10", "p50", "p90", "today").sort("week_on")


def show_project_card(row: Mapping[str, Any]) -> None:
    """Draw what is known of one project."""
    label, icon, colour = STATES[str(row["state"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{escape_markdown(str(row['project']))}**")
        st.badge(label, icon=icon, color=colour)
        st.markdown(escape_markdown(str(row["words"])))
        facts = [
            str(row["automations"] or ""),
            f"set up for {row['setup']:,.0f} {row['unit']}" if row["setup"] is not None else "setup not known",
            _format_present_value(row),
            f"lowest point {row['lowest']:,.0f} {row['unit']}" if row["lowest"] is not None else "",
        ]
        if row["state"] != "not known":
            st.caption(" · ".join(escape_markdown(fact) for fact in facts if fact))


def _format_present_value(row: Mapping[str, Any]) -> str:
    """Return the net present value with its range."""
    if row["npv"] is None:
        return ""
    return (
        f"present value, next {row['weeks']} weeks at {theme.format_percent(row['monthly_rate'])} per month: "
        f"{row['npv_low']:,.0f} to {row['npv_high']:,.0f} {row['unit']} (80 %), positive in "
        f"{theme.format_percent(row['npv_probability'])} of simulated outcomes"
    )
