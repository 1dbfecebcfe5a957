"""Overview: what changed against the period before, in a sentence, as steps, and cell by cell."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.allocation.charts import build_change_steps, draw_change_explained
from dashboard.figures.resolve import Figure
from dashboard.units import format_period
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import escape_markdown, show_chart, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice
from dashboard.web.tables import scale_shares, show_frame

MEASURES = {"Labeling share": "labeling share", "Hours on labels": "hours spent on labels"}


def show_change_card(choice: Choice) -> None:
    """Draw the card."""
    figure = read_figure("change_explained", choice.filters)
    with st.container(border=True):
        show_title("What changed, and why", figure, "change")
        if show_unavailable(figure):
            return
        st.caption(_describe_periods(figure))
        measure = MEASURES[str(st.segmented_control("Quantity", MEASURES, default="Labeling share", required=True))]
        selected = figure.rows.filter(pl.col("measure") == measure)
        sentences = selected.get_column("words").drop_nulls().to_list()
        st.markdown(escape_markdown(str(sentences[0])) if sentences else "There is no data for it.")
        steps = shape_rows(figure, build_change_steps, measure)
        if not steps.is_empty():
            alt = "Waterfall: from what is compared with to this period, one step per cause."
            show_chart(steps, draw_change_explained(theme_mode(), measure), alt, "change")
            _show_contributions(selected, measure)


def _describe_periods(figure: Figure) -> str:
    first = figure.rows.row(0, named=True)
    current, previous = (format_period(first[f"{name}_from"], first[f"{name}_to"]) for name in ("now", "before"))
    return f"{current}, against {previous}. Where a difference lies, not what caused it."


def _show_contributions(selected: pl.DataFrame, measure: str) -> None:
    """List every contribution; together they make up the change."""
    is_share = measure == "labeling share"
    with st.expander("Every part of the change"):
        parts = selected.filter(pl.col("factor") != "change").sort(pl.col("contribution").abs(), descending=True)
        show_frame(
            scale_shares(parts, *(("contribution",) if is_share else ()))
            .select("factor", "cell", "contribution")
            .to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "factor": st.column_config.TextColumn(
                    "Cause", help="volume: how many labels; mix: where they or the hours are; rate: how each is done"
                ),
                "cell": "Where",
                "contribution": st.column_config.NumberColumn(
                    "Part of the change", format="%+,.1f pp" if is_share else "%+,.1f"
                ),
            },
            alt="Parts of the change by cause and place",
            key="change-table",
        )
