"""Synthetic data on the page: hours avoided and gate first, then each report on its own scales."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.units import format_change, format_day, format_hours, format_share
from dashboard.web.components import (
    build_view,
    escape_markdown,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.routes import show_page_link


def show_synthetic_parity(figure: Figure) -> None:
    """Draw the card."""
    with st.container(border=True):
        show_title("Synthetic data against human work", figure, "synthetic-parity")
        st.caption(
            "Three questions, never averaged: are the labels right (gate), does a model learn as much from them "
            "(exchange rate), and do the data look alike (reports, each on its own scale)?"
        )
        if show_unavailable(figure):
            return
        rows = figure.rows
        show_label_cards(rows.filter(pl.col("about") != "report"))
        show_report_scores(figure)
        with st.expander("Synthetic data as a table"):
            columns = ("project", *(name for name in rows.columns if name != "project"))
            show_table(rows, figure.name, columns, "synthetic-parity", "Scores, gate and hours of synthetic data")


def show_label_cards(rows: pl.DataFrame) -> None:
    """Draw share, hours and gate of each project with synthetic labels."""
    if rows.is_empty():
        return
    with st.grid(3, min_column_width=280):
        for row in rows.iter_rows(named=True):
            with st.container(border=True, height="stretch"):
                st.metric(escape_markdown(f"{row['project']}: {row['measure']}"), _format_value(row))
                st.caption(escape_markdown(str(row["words"])))
    show_page_link("labeling", "See the quality gate with its evidence", {"tab": "Quality"})


def _format_value(row: Mapping[str, object]) -> str:
    """Return a value in the unit of what it is about."""
    value = row["value"]
    if not isinstance(value, float):
        return "–"
    formatted = {
        "labels": format_share(value),
        "hours": format_hours(value),
        "gate": f"{format_change(value, 1)} points",
    }
    return formatted.get(str(row["about"]), f"{value:.4g}")


def show_report_scores(figure: Figure) -> None:
    """Draw one report at a time: two tools share no scale."""
    rows = figure.rows.filter(pl.col("about") == "report")
    names = rows.get_column("report").unique(maintain_order=True).to_list()
    if not names:
        return
    selected = str(names[0] if len(names) == 1 else st.selectbox("Report", names, key="parity-report", width=420))
    first = rows.filter(report=selected).row(0, named=True)
    st.markdown(
        f"**{escape_markdown(selected)}**, {escape_markdown(str(first['source']))}"
        + (f", {format_day(first['day_on'])}" if first["day_on"] else ", without a day")
    )
    if show_view(build_view(figure, {"report": selected}), figure, "synthetic-parity"):
        st.caption("Point: the score, on its own scale. Upright tick: what real data reach, where the report says so.")
