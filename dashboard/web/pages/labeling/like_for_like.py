"""Projects, kinds and people compared on labels that are alike."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_table, show_title, show_unavailable
from dashboard.web.filter_bar import Choice, has_names

DIMENSIONS = {"Projects": "project", "Kinds": "kind", "People": "annotator"}
COLUMNS = ("ratio", "ratio_low", "ratio_high", "raw_ratio", "labels", "annotators", "reason", "needed")


def show_like_for_like(choice: Choice) -> None:
    """Draw the ratios of projects, kinds or people."""
    figure = read_figure("like_for_like", choice.filters, names=has_names())
    with st.container(border=True):
        show_title("Like for like: who and what takes longer?", figure, "like-for-like")
        if show_unavailable(figure):
            return
        titles = list(DIMENSIONS)
        title = st.segmented_control("Compare", titles, default=titles[0], required=True, key="compare-by")
        st.caption(
            "1 is the average of all that can be compared; 1.2 takes 20% longer for labels that are alike as far as "
            "the log says. The raw ratio is the plain average over that of all that can be compared."
        )
        dimension = DIMENSIONS[str(title)]
        rows = figure.rows.filter(pl.col("dimension") == dimension)
        first = "person" if dimension == "annotator" else "member"
        alt = f"Time per label of {str(title).lower()}, adjusted and raw, over the average"
        show_table(rows, figure.name, (first, *COLUMNS), f"like-for-like-{dimension}", alt)
