"""Synthetic data on the page: hours avoided and gate first, then each report on its own scales."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import returns as charts
from dashboard.figures import Figure
from dashboard.pages import places, shown


def show(figure: Figure) -> None:
    """Draw the card."""
    with st.container(border=True):
        shown.head("Synthetic data against human work", figure, "synthetic-parity")
        st.caption(
            "Three questions, never averaged: are the labels right (gate), does a model learn as much from them "
            "(exchange rate), and do the data look alike (reports, each on its own scale)?"
        )
        if shown.refused(figure):
            return
        rows = figure.rows
        labels(rows.filter(pl.col("about") != "report"))
        report(rows.filter(pl.col("about") == "report"))
        table(rows)


def labels(rows: pl.DataFrame) -> None:
    """Draw share, hours and gate of each project with synthetic labels."""
    if rows.is_empty():
        return
    with st.grid(3, min_column_width=280):
        for row in rows.iter_rows(named=True):
            with st.container(border=True, height="stretch"):
                st.metric(shown.literal(f"{row['project']}: {row['measure']}"), _value(row))
                st.caption(shown.literal(str(row["words"])))
    places.link("quality", "See the quality gate with its evidence")


def _value(row: Mapping[str, object]) -> str:
    """Return a value in the unit of what it is about."""
    value = row["value"]
    if not isinstance(value, float):
        return "–"
    written = {"labels": theme.percent(value), "hours": theme.hours(value), "gate": f"{value:+.1f} points"}
    return written.get(str(row["about"]), f"{value:.4g}")


def report(rows: pl.DataFrame) -> None:
    """Draw one report at a time: two tools share no scale."""
    names = rows.get_column("report").unique(maintain_order=True).to_list()
    if not names:
        return
    chosen = str(names[0] if len(names) == 1 else st.selectbox("Report", names, key="parity-report", width=420))
    own = rows.filter(report=chosen)
    first = own.row(0, named=True)
    st.markdown(
        f"**{shown.literal(chosen)}**, {shown.literal(str(first['source']))}"
        + (f", {theme.day(first['day_on'])}" if first["day_on"] else ", without a day")
    )
    shaped = charts.scores(own)
    if shaped.height:
        alt = "Points: each score of the report on its own scale; upright ticks: where real data stand on it."
        shown.chart(shaped, charts.synthetic_parity(shown.mode()), alt, "synthetic-parity")
        st.caption("Point: the score, on its own scale. Upright tick: what real data reach, where the report says so.")


def table(rows: pl.DataFrame) -> None:
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
        shown.download("Download as CSV", rows, "synthetic-parity.csv", "synthetic-parity-csv")
