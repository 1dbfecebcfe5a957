"""Bad rows: what was not taken of the files, why, and the rows themselves to correct and import again."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts import data as charts
from dashboard.pages import reading, shown


def show() -> None:
    """Draw the tab: reasons first, then the rows."""
    reasons = reading.read("bad_row_reasons")
    if reasons.rows.is_empty():
        st.info("Every row of every file was taken.", icon=":material/check:")
        return
    with st.container(border=True):
        shown.head("Why rows were not taken", reasons, "bad-row-reasons")
        summed = (
            reasons.rows.group_by("reason")
            .agg(rows=pl.col("rows").sum())
            .sort(["rows", "reason"], descending=[True, False])
        )
        shown.chart(summed, charts.bad_row_reasons(shown.mode()), "Bars: rejected rows by reason.", "bad-row-reasons")
    _rows(summed.get_column("reason").to_list())


def _rows(known: list[str]) -> None:
    """List the rows themselves, by reason and file."""
    figure = reading.read("bad_rows")
    with st.container(border=True):
        shown.head("Rejected rows", figure, "bad-rows")
        with st.container(horizontal=True):
            reason = st.selectbox("Reason", known, index=None, placeholder="All", key="reason")
            file = st.selectbox(
                "File",
                figure.rows.get_column("file_name").unique().sort().to_list(),
                index=None,
                placeholder="All",
                key="file",
            )
        rows = figure.rows.drop("found", strict=False)
        rows = rows.filter(pl.col("reason") == reason) if reason else rows
        rows = rows.filter(pl.col("file_name") == file) if file else rows
        st.dataframe(rows, hide_index=True, alt="Rejected rows", key="bad-rows")
        shown.download("Download as CSV", rows, "rejected-rows.csv", "bad-rows-csv")
