"""The next 40 hours on the page: labeling against modeling, with intervals, or the runs that are missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.units import format_share
from dashboard.web.components import (
    build_view,
    escape_markdown,
    fold_table,
    show_title,
    show_unavailable,
    show_view,
)

UNLISTED = ("needed", "method", "history", "gain_an_hour")  # said above the table, or in other columns
BADGES: dict[str, tuple[str, str, Literal["blue", "orange", "gray"]]] = {
    "labeling": ("Labeling returns more", ":material/label:", "blue"),
    "modeling": ("Modeling returns more", ":material/model_training:", "orange"),
    "cannot rank": ("Cannot rank", ":material/help:", "gray"),
}


def show_marginal_return(figure: Figure) -> None:
    """Draw the card: bars with intervals, and a verdict per project."""
    with st.container(border=True):
        show_title("What do the next 40 hours return?", figure, "marginal-return")
        if show_unavailable(figure):
            return
        show_view(build_view(figure), figure, "marginal-return")
        measured = pl.col("elasticity").is_not_null().any().over("project")
        for row in select_first_rows(figure.rows.filter(measured)):
            show_verdict(row)
        left_out = len(select_first_rows(figure.rows.filter(~measured)))
        if left_out:
            st.caption(f"{left_out} more without such runs: see Evidence.")


def select_first_rows(rows: pl.DataFrame) -> list[dict[str, object]]:
    """Return the first row of each project."""
    return rows.unique("project", keep="first", maintain_order=True).to_dicts()


def show_verdict(row: Mapping[str, object]) -> None:
    """Write the verdict on one project in a line; what it rests on is in the chart and under Evidence."""
    label, icon, colour = BADGES[str(row["verdict"])]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape_markdown(str(row['project']))}**", width="content")
        st.badge(label, icon=icon, color=colour)
        if row["verdict"] == "cannot rank":
            st.markdown(escape_markdown(str(row["words"]).removeprefix("Cannot rank. ")), width="content")


def describe_return(rows: pl.DataFrame) -> str:
    """Return which activity of a project returns more, and by how much; rows: one per activity."""
    ranked = rows.sort("gain_share", descending=True, nulls_last=True).to_dicts()
    gains = [
        f"{row['activity']} {format_share(row['gain_share'], 2)} ({format_share(row['gain_low'], 2)} to "
        f"{format_share(row['gain_high'], 2)})"
        for row in ranked
    ]
    return f"{ranked[0]['activity']} returns more. Of the error, the next 40 hours remove: {', '.join(gains)}."


def show_return_details(figure: Figure) -> None:
    """Write each project's verdict in full with the runs it lacks, and list the numbers."""
    if figure.unavailable:
        return
    with st.container(border=True):
        show_title("The next 40 hours in numbers", figure, "return-details")
        st.caption(
            "Measured by ablation: the final code on parts of the labels, and earlier code on all of them. What a "
            "project's history suggests is only shown as consistent with a result, because there both grow together."
        )
        for row in select_first_rows(figure.rows):
            sentences = (row["words"], f"Needed: {row['needed']}" if row["needed"] else "", row["history"])
            text = " ".join(str(sentence) for sentence in sentences if sentence)
            st.markdown(f"**{escape_markdown(str(row['project']))}**: {escape_markdown(text)}")
        columns = [name for name in figure.rows.columns if name not in UNLISTED]
        alt = "Return of the next hours by project and activity"
        fold_table("Returns", figure, columns, key="marginal-return", alt=alt)
