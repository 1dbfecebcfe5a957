"""Synthetic data on the page: hours avoided and gate first, then each report on its own scales."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.synthetic.charts import build_score_rows, draw_synthetic_parity
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
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
        show_report_scores(rows.filter(pl.col("about") == "report"))
        show_parity_table(rows)


def show_label_cards(rows: pl.DataFrame) -> None:
    """Draw share, hours and gate of each project with synthetic labels."""
    if rows.is_empty():
        return
    with st.grid(3, min_column_width=280):
        for row in rows.iter_rows(named=True):
            with st.container(border=True, height="stretch"):
                st.metric(escape_markdown(f"{row['project']}: {row['measure']}"), _format_value(row))
                st.caption(escape_markdown(str(row["words"])))
    show_page_link("quality", "See the quality gate with its evidence")


def _format_value(row: Mapping[str, object]) -> str:
    """Return a value in the unit of what it is about."""
    value = row["value"]
    if not isinstance(value, float):
        return "–"
    formatted = {
        "labels": theme.format_percent(value),
        "hours": theme.format_hours(value),
        "gate": f"{value:+.1f} points",
    }
    return formatted.get(str(row["about"]), f"{value:.4g}")


def show_report_scores(rows: pl.DataFrame) -> None:
    """Draw one report at a time: two tools share no scale."""
    names = rows.get_column("report").unique(maintain_order=True).to_list()
    if not names:
        return
    selected = str(names[0] if len(names) == 1 else st.selectbox("Report", names, key="parity-report", width=420))
    report_rows = rows.filter(report=selected)
    first = report_rows.row(0, named=True)
    st.markdown(
        f"**{escape_markdown(selected)}**, {escape_markdown(str(first['source']))}"
        + (f", {theme.format_day(first['day_on'])}" if first["day_on"] else ", without a day")
    )
    scores = build_score_rows(report_rows)
    if scores.height:
        alt = "Points: each score of the report on its own scale; upright ticks: where real data stand on it."
        show_chart(scores, draw_synthetic_parity(theme_mode()), alt, "synthetic-parity")
        st.caption("Point: the score, on its own scale. Upright tick: what real data reach, where the report says so.")


def show_parity_table(rows: pl.DataFrame) -> None:
    """List everything with its reference and words."""
    number = st.column_config.NumberColumn
    with st.expander("Synthetic data as a table"):
        st.dataframe(
            rows,
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "about": "About",
                "measure": "Measure",
                "value": number("Value", format="%.4g"),
                "value_from": number("from", format="%.4g"),
                "value_to": number("to", format="%.4g"),
                "reference": number("Reference", format="%.4g"),
                "scale_low": number("Scale from", format="%.4g"),
                "scale_high": number("to", format="%.4g"),
                "better": "Better",
                "of": number("Of", format="localized"),
                "dataset": "Data set",
                "source": "Tool",
                "report": "Report",
                "day_on": st.column_config.DateColumn("Day"),
                "words": "In words",
            },
            alt="Scores, gate and hours of synthetic data",
            key="synthetic-parity-table",
        )
        show_download("Download as CSV", rows, "synthetic-parity.csv", "synthetic-parity-csv")
