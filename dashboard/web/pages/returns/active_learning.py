"""Active learning on the page: its curve beside the random one, and the labels it saves at equal error."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.synthetic.charts import draw_active_learning_savings
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)


def show_active_learning(figure: Figure) -> None:
    """Draw the card: one project at a time, because errors of two projects share no axis."""
    with st.container(border=True):
        show_title("Does choosing labels save labels?", figure, "active-learning")
        st.caption("The same error with fewer labels: those a model asked for, against those drawn at random.")
        if show_unavailable(figure):
            return
        answered = figure.rows.drop_nulls("saved_share").get_column("project")
        names = pl.concat([answered, figure.rows.get_column("project")]).unique(maintain_order=True).to_list()
        project = names[0] if len(names) == 1 else st.selectbox("Project", names, key="active-project", width=320)
        selected = figure.rows.filter(project=str(project))
        for row in selected.filter(pl.col("selection") == "active").iter_rows(named=True):
            st.markdown(escape_markdown(str(row["words"])))
        for sentence, needed in (
            selected.filter(pl.col("needed") != "").select("words", "needed").unique().head(1).iter_rows()
        ):
            st.info(escape_markdown(f"{sentence} {needed}"), icon=":material/playlist_add:")
        measured = selected.drop_nulls("error")
        if measured.height:
            alt = "Error against labels, both on logarithmic axes, for labels chosen by active learning and at random."
            show_chart(measured, draw_active_learning_savings(theme_mode()), alt, "active-learning")
        show_learning_table(figure.rows)


def show_learning_table(rows: pl.DataFrame) -> None:
    """List both curves."""
    number = st.column_config.NumberColumn
    with st.expander("Active learning as a table"):
        st.dataframe(
            rows.drop("method", "words", "needed"),
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "metric": "Metric",
                "selection": "Chosen",
                "labels": number("Labels", format="%,.0f"),
                "error": number("Error", format="%.4f"),
                "seeds": "Seeds",
                "random_labels": number("At random for this error", format="%,.0f"),
                "random_low": number("from", format="%,.0f"),
                "random_high": number("to", format="%,.0f"),
                "saved_labels": number("Labels saved", format="%,.0f"),
                "saved_share": number("Saved", format="percent"),
                "saved_low": number("from", format="percent"),
                "saved_high": number("to", format="percent"),
                "saved_hours": number("Hours saved", format="%,.1f"),
                "code_version": "Code version",
            },
            alt="Error and labels saved by size, active learning and random",
            key="active-learning-table",
        )
        show_download("Download as CSV", rows, "active-learning.csv", "active-learning-csv")
