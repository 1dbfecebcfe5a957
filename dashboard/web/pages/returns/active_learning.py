"""Active learning on the page: its curve beside the random one, and the labels it saves at equal error."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)

UNLISTED = ("method", "words", "needed")  # said above the chart


def show_active_learning(figure: Figure) -> None:
    """Draw the card: one project at a time, because errors of two projects share no axis."""
    with st.container(border=True):
        show_title("Do active learning and pre-training save labels?", figure, "active-learning")
        st.caption(
            "The same error with fewer labels: those a model asked for, against those drawn at random; or a model "
            "that was pre-trained without labels, against one that was not."
        )
        if show_unavailable(figure):
            return
        answered = figure.rows.drop_nulls("saved_share").get_column("project")
        names = pl.concat([answered, figure.rows.get_column("project")]).unique(maintain_order=True).to_list()
        project = names[0] if len(names) == 1 else st.selectbox("Project", names, key="active-project", width=320)
        selected = figure.rows.filter(project=str(project))
        for row in selected.filter(pl.col("selection").is_in(["active", "self-supervised"])).iter_rows(named=True):
            st.markdown(escape_markdown(str(row["words"])))
        for sentence, needed in (
            selected.filter(pl.col("needed") != "").select("words", "needed").unique(maintain_order=True).iter_rows()
        ):
            st.info(escape_markdown(f"{sentence} {needed}"), icon=":material/playlist_add:")
        show_view(build_view(figure, {"project": str(project)}), figure, "active-learning")
        with st.expander("Active learning as a table"):
            columns = [name for name in figure.rows.columns if name not in UNLISTED]
            alt = "Error and labels saved by size, active learning and random"
            show_table(figure.rows, figure.name, columns, "active-learning", alt)
