"""The next 40 hours on the page: labeling against modeling, with intervals, or the runs that are missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

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

UNLISTED = ("words", "needed", "method", "history", "gain_an_hour")  # said on the cards, or in other columns
BADGES: dict[str, tuple[str, str, Literal["blue", "orange", "gray"]]] = {
    "labeling": ("Labeling returns more", ":material/label:", "blue"),
    "modeling": ("Modeling returns more", ":material/model_training:", "orange"),
    "cannot rank": ("Cannot rank", ":material/help:", "gray"),
}


def show_marginal_return(figure: Figure) -> None:
    """Draw the card: bars with intervals, a verdict per project, and the table."""
    with st.container(border=True):
        show_title("The next 40 hours: labels or model?", figure, "marginal-return")
        st.caption(
            "Measured by ablation: the final code on parts of the labels, and earlier code on all of them. What a "
            "project's history suggests is only shown as consistent with a result, because there both grow together."
        )
        if show_unavailable(figure):
            return
        show_view(build_view(figure), figure, "marginal-return")
        has_elasticity = pl.col("elasticity").is_not_null().any().over("project")
        with st.grid(2, min_column_width=320):
            for row in select_first_rows(figure.rows.filter(has_elasticity)):
                show_verdict_card(row)
        unmeasured = select_first_rows(figure.rows.filter(~has_elasticity))
        if unmeasured:
            with st.expander(f"{len(unmeasured)} more whose runs show neither"), st.grid(2, min_column_width=320):
                for row in unmeasured:
                    show_verdict_card(row)
        with st.expander("Returns as a table"):
            columns = [name for name in figure.rows.columns if name not in UNLISTED]
            alt = "Return of the next hours by project and activity"
            show_table(figure.rows, figure.name, columns, "marginal-return", alt)


def select_first_rows(rows: pl.DataFrame) -> list[dict[str, object]]:
    """Return the first row of each project."""
    return rows.unique("project", keep="first", maintain_order=True).to_dicts()


def show_verdict_card(row: Mapping[str, object]) -> None:
    """Draw the verdict on one project and its basis."""
    label, icon, colour = BADGES[str(row["verdict"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{escape_markdown(str(row['project']))}**")
        st.badge(label, icon=icon, color=colour)
        st.markdown(escape_markdown(str(row["words"])))
        if row["needed"]:
            st.caption(escape_markdown(f"Needed: {row['needed']}"))
        st.caption(escape_markdown(str(row["history"])))
