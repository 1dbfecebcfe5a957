"""When automation pays for itself: a measured date, a projected range, or not within the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import forecast as charts
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

STATES: dict[str, tuple[str, str, Literal["blue", "green", "red", "gray"]]] = {
    "in the past, measured": ("Paid back, measured", ":material/check_circle:", "blue"),
    "ahead": ("Ahead, projected", ":material/schedule:", "green"),
    "not within the horizon": ("Not within the horizon", ":material/block:", "red"),
    "not known": ("Not known", ":material/help:", "gray"),
}


def show(choice: Choice, project: str) -> None:
    """Draw a card a project, and the running sum of the one chosen."""
    figure = reading.read("break_even", choice.filters)
    with st.container(border=True):
        shown.head("When does automation pay back?", figure, "payback")
        if shown.refused(figure):
            return
        found = figure.rows.filter(kind="summary")
        with st.grid(3, min_column_width=260):
            for row in found.iter_rows(named=True):
                card(row)
        known = found.filter(pl.col("state") != "not known").get_column("project").to_list()
        if not known:
            return
        chosen = project if project in known else str(known[0])
        if project not in known and len(known) > 1:
            chosen = str(st.selectbox("Project", known, key="payback-project", width=260))
        rows = reading.shaped(figure, sums, chosen)
        unit = str(found.filter(project=chosen).item(0, "unit"))
        st.caption("The sum of what automation brought, less what it took, since its setup: measured, then projected.")
        alt = f"Running sum in {unit}: measured until today, then projected within a band; a line at nothing."
        shown.chart(
            rows,
            charts.payback(shown.mode(), unit),
            alt,
            "payback",
            reading.read("notes", replace(choice.filters, projects=(chosen,))),
        )


def sums(rows: pl.DataFrame, project: str) -> pl.DataFrame:
    """Return the running sums of a project: week_on, measured, p10, p50, p90, today."""
    own = rows.filter(kind="week", project=project)
    return own.select("week_on", "measured", "p10", "p50", "p90", "today").sort("week_on")


def card(row: Mapping[str, Any]) -> None:
    """Draw what is known of one project."""
    label, icon, colour = STATES[str(row["state"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{shown.literal(str(row['project']))}**")
        st.badge(label, icon=icon, color=colour)
        st.markdown(shown.literal(str(row["words"])))
        facts = [
            str(row["automations"] or ""),
            f"set up for {row['setup']:,.0f} {row['unit']}" if row["setup"] is not None else "setup not known",
            _worth(row),
            f"lowest point {row['lowest']:,.0f} {row['unit']}" if row["lowest"] is not None else "",
        ]
        if row["state"] != "not known":
            st.caption(" · ".join(shown.literal(fact) for fact in facts if fact))


def _worth(row: Mapping[str, Any]) -> str:
    """Return the net present value with its range."""
    if row["npv"] is None:
        return ""
    return (
        f"worth today, next {row['weeks']} weeks at {theme.percent(row['monthly_rate'])} a month: "
        f"{row['npv_low']:,.0f} to {row['npv_high']:,.0f} {row['unit']} (80 %), above nothing in "
        f"{theme.percent(row['npv_probability'])} of simulated outcomes"
    )
