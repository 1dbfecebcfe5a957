"""Overview: what changed against the period before, in a sentence, as steps, and cell by cell."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import change as charts
from dashboard.figures import Figure
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

MEASURES = {"Labeling share": "labeling share", "Hours on labels": "hours spent on labels"}


def show(choice: Choice) -> None:
    """Draw the card."""
    figure = reading.read("change_explained", choice.filters)
    with st.container(border=True):
        shown.head("What changed, and why", figure, "change")
        if shown.refused(figure):
            return
        st.caption(_periods(figure))
        measure = MEASURES[str(st.segmented_control("Of what", MEASURES, default="Labeling share", required=True))]
        own = figure.rows.filter(pl.col("measure") == measure)
        said = own.get_column("words").drop_nulls().to_list()
        st.markdown(shown.literal(str(said[0])) if said else "Nothing is known of it.")
        steps = reading.shaped(figure, charts.steps, measure)
        if not steps.is_empty():
            alt = "Waterfall: from the period before to this one, one step a cause."
            shown.chart(steps, charts.change_explained(shown.mode(), measure), alt, "change")
            _cells(own, measure)


def _periods(figure: Figure) -> str:
    first = figure.rows.row(0, named=True)
    now, before = (theme.span(first[f"{name}_from"], first[f"{name}_to"]) for name in ("now", "before"))
    return f"{now}, against {before}. Where a difference lies, not what caused it."


def _cells(own: pl.DataFrame, measure: str) -> None:
    """List every contribution; they add up to the change."""
    form = "percent" if measure == "labeling share" else "%,.1f"
    with st.expander("Every part of the change"):
        parts = own.filter(pl.col("factor") != "change").sort(pl.col("contribution").abs(), descending=True)
        st.dataframe(
            parts.select("factor", "cell", "contribution").to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "factor": st.column_config.TextColumn(
                    "Cause", help="volume: how many labels; mix: where they or the hours are; rate: how each is done"
                ),
                "cell": "Where",
                "contribution": st.column_config.NumberColumn("Part of the change", format=form),
            },
            alt="Parts of the change by cause and place",
            key="change-table",
        )
