"""Rejected rows: which rows of the files were rejected and why, to correct and import again."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.allocation.charts import draw_bad_row_reasons
from dashboard.figures.resolve import Figure
from dashboard.units import count_noun
from dashboard.web.cached_store import read_figure
from dashboard.web.components import open_fold, show_chart, show_download, show_title, theme_mode
from dashboard.web.tables import show_frame


def show_rejected_rows() -> None:
    """Draw the reasons first, then the rows; nothing where no row was rejected."""
    reasons = read_figure("bad_row_reasons")
    if reasons.rows.is_empty():
        return
    count = int(reasons.rows.get_column("rows").sum())
    with open_fold(f"{count_noun(count, 'rejected row')}", "rejected", ":material/block:") as is_open:
        if is_open:
            _show_reasons(reasons)


def _show_reasons(reasons: Figure) -> None:
    with st.container(border=True):
        show_title("Why rows were rejected", reasons, "bad-row-reasons")
        reason_counts = (
            reasons.rows.group_by("reason")
            .agg(rows=pl.col("rows").sum())
            .sort(["rows", "reason"], descending=[True, False])
        )
        show_chart(
            reason_counts,
            draw_bad_row_reasons(theme_mode()),
            "Bars: rejected rows by reason.",
            "bad-row-reasons",
        )
    _show_rejected_rows(reason_counts.get_column("reason").to_list())


def _show_rejected_rows(reasons: list[str]) -> None:
    """List the rows themselves, by reason and file."""
    figure = read_figure("bad_rows")
    with st.container(border=True):
        show_title("Rejected rows", figure, "bad-rows")
        with st.container(horizontal=True):
            reason = st.selectbox("Reason", reasons, index=None, placeholder="All", key="reason")
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
        show_frame(rows, hide_index=True, alt="Rejected rows", key="bad-rows")
        show_download("Download as CSV", rows, "rejected-rows.csv", "bad-rows-csv")
