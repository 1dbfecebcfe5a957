"""Overview: budgets and targets in a sentence each, with every period behind them; nothing where none is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.web.cached_store import read_figure
from dashboard.web.components import escape_markdown, show_table, show_title
from dashboard.web.filter_bar import Choice

ICONS = {
    "over budget": ":material/error:",
    "likely over": ":material/warning:",
    "off track": ":material/warning:",
    "missed": ":material/error:",
    "on track": ":material/check:",
    "within budget": ":material/check:",
    "reached": ":material/check:",
    "reached so far": ":material/check:",
    "not reached yet": ":material/schedule:",
}
BUDGET_KEYS = ("project", "covers", "unit", "recurs")


def show_targets(choice: Choice) -> None:
    """Draw a card for budgets and one for targets, where any are set."""
    burn = read_figure("budget_burn", choice.filters)
    if not burn.unavailable:
        newest = burn.rows.unique(BUDGET_KEYS, keep="last", maintain_order=True)
        _show_plan_card("Budgets", burn, newest, "budgets")
    targets = read_figure("targets", choice.filters)
    if not targets.unavailable:
        _show_plan_card("Targets", targets, targets.rows, "targets")


def split_words(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the verdict of a row, and what else its words say, after the name of what it is about."""
    words, state = str(row["words"]), str(row["state"])
    verdict, found, rest = words.partition(f": {state}.")
    if not found or not rest.strip():
        return words, ""
    about = ", ".join(str(row[name]) for name in ("project", "measure", "covers") if row.get(name))
    return f"{verdict}: {state}.", f"{about or 'all projects'}: {rest.strip()}"


def _show_plan_card(title: str, figure: Figure, current_rows: pl.DataFrame, key: str) -> None:
    """Write a sentence per row, and list them all."""
    with st.container(border=True):
        show_title(title, figure, key)
        for row in current_rows.iter_rows(named=True):
            icon = ICONS.get(str(row["state"]), ":material/help:")
            subject = f"{row['project'] or 'All projects'}"
            subject += f", {row['covers']}" if "covers" in row else ""
            verdict, _ = split_words(row)
            st.markdown(f"{icon} **{escape_markdown(subject)}**: {escape_markdown(verdict)}")
        with st.expander("The numbers"):
            more = [rest for row in current_rows.iter_rows(named=True) if (rest := split_words(row)[1])]
            st.markdown("\n".join(f"- {escape_markdown(line)}" for line in more))
            columns = [name for name in figure.columns if name != "words"]
            show_table(figure.rows, figure.name, columns, key, f"{title}: every row with its state")
