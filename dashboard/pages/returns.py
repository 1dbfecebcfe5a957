"""Returns: what a synthetic label is worth, and what the next hour buys, spent on labels or on the model."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures import Figure
from dashboard.pages import bar, reading, returns_active, returns_exchange, returns_marginal, returns_parity, shown
from dashboard.pages.bar import Choice

ANSWERED_PROJECTS = 3  # projects whose answer stands at the top


def show_returns_page() -> None:
    """Draw the page."""
    choice = bar.read_choice()
    rate = reading.read_figure("exchange_rate", choice.filters)
    gain = reading.read_figure("marginal_return", choice.filters)
    shown.show_title("What labels return", gain, "returns", is_page=True)
    if rate.refused and gain.refused and rate.refused["reason"] == gain.refused["reason"]:
        shown.show_unavailable(gain)  # no runs at all: one message, not two
        st.caption(
            "Import an experiment runs CSV with labels_used, labels_synthetic, code_version and seed: see README."
        )
    else:
        show_answer(rate, gain, choice)
        returns_exchange.show_exchange_rate(rate, choice)
        returns_marginal.show_marginal_return(gain)
        returns_active.show_active_learning(reading.read_figure("label_savings_of_active_learning", choice.filters))
    returns_parity.show_synthetic_parity(reading.read_figure("synthetic_parity", choice.filters))
    bar.show_copy_link(choice, "returns")


def show_answer(rate: Figure, gain: Figure, choice: Choice) -> None:
    """Write the answers of the first projects with one."""
    lines = [
        *list_answers(rate, pl.col("kappa").is_not_null()),
        *list_answers(gain, pl.col("verdict") != "cannot rank"),
    ]
    st.markdown("  \n".join(lines) if lines else "**The runs do not give an answer yet; see below what is missing.**")
    st.caption(shown.escape_markdown(f"{choice.describe()} · all runs up to its last day"))


def list_answers(figure: Figure, has_answer: pl.Expr) -> list[str]:
    """Return the sentences of the projects with an answer."""
    if figure.refused:
        return []
    answered_rows = figure.rows.filter(has_answer).unique("project", maintain_order=True).head(ANSWERED_PROJECTS)
    return [
        f"**{shown.escape_markdown(str(row['project']))}:** {shown.escape_markdown(str(row['words']))}"
        for row in answered_rows.iter_rows(named=True)
    ]
