"""Overview: budgets and targets in a sentence each, with every period behind them; nothing where none is set."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures import Figure
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

ICONS = {
    "over budget": ":material/error:",
    "likely over": ":material/warning:",
    "off track": ":material/warning:",
    "missed": ":material/error:",
    "on track": ":material/check:",
    "within budget": ":material/check:",
    "reached": ":material/check:",
}
KEYS = ("project", "covers", "unit", "recurs")


def show(choice: Choice) -> None:
    """Draw a card for budgets and one for targets, where any are set."""
    burn = reading.read("budget_burn", choice.filters)
    if not burn.refused:
        newest = burn.rows.unique(KEYS, keep="last", maintain_order=True)
        _card("Budgets", burn, newest, "budgets")
    targets = reading.read("targets", choice.filters)
    if not targets.refused:
        _card("Targets", targets, targets.rows, "targets")


def _card(title: str, figure: Figure, newest: pl.DataFrame, key: str) -> None:
    """Write a sentence a row, and list them all."""
    with st.container(border=True):
        shown.head(title, figure, key)
        for row in newest.iter_rows(named=True):
            icon = ICONS.get(str(row["state"]), ":material/help:")
            about = f"{row['project'] or 'All projects'}"
            about += f", {row['covers']}" if "covers" in row else ""
            st.markdown(f"{icon} **{shown.literal(about)}**: {shown.literal(str(row['words']))}")
        with st.expander("The numbers"):
            st.dataframe(
                figure.rows.drop("words").to_arrow(),
                hide_index=True,
                placeholder="–",
                alt=f"{title}: every row with its state",
                key=f"{key}-table",
            )
            shown.download("Download as CSV", figure.rows, f"{key}.csv", f"{key}-csv")
