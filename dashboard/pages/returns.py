"""Returns: what a synthetic label is worth, and what the next hour buys, spent on labels or on the model."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures import Figure
from dashboard.pages import bar, reading, returns_active, returns_exchange, returns_marginal, returns_parity, shown
from dashboard.pages.bar import Choice

SAID = 3  # projects whose answer stands at the top


def show() -> None:
    """Draw the page."""
    choice = bar.chosen()
    rate = reading.read("exchange_rate", choice.filters)
    gain = reading.read("marginal_return", choice.filters)
    shown.head("What labels return", gain, "returns", is_page=True)
    if rate.refused and gain.refused and rate.refused["reason"] == gain.refused["reason"]:
        shown.refused(gain)  # no runs at all: one message, not two
        st.caption(
            "An experiment runs CSV says it with labels_used, labels_synthetic, code_version and seed: see README."
        )
    else:
        answer(rate, gain, choice)
        returns_exchange.show(rate, choice)
        returns_marginal.show(gain)
        returns_active.show(reading.read("label_savings_of_active_learning", choice.filters))
    returns_parity.show(reading.read("synthetic_parity", choice.filters))
    bar.copy_link(choice, "returns")


def answer(rate: Figure, gain: Figure, choice: Choice) -> None:
    """Write the answers of the first projects that have one."""
    lines = [*said(rate, pl.col("kappa").is_not_null()), *said(gain, pl.col("verdict") != "cannot rank")]
    st.markdown(
        "  \n".join(lines) if lines else "**The runs do not carry an answer yet; what is missing stands below.**"
    )
    st.caption(shown.literal(f"{choice.said()} · all runs up to its last day"))


def said(figure: Figure, answered: pl.Expr) -> list[str]:
    """Return the sentences of the projects with an answer."""
    if figure.refused:
        return []
    known = figure.rows.filter(answered).unique("project", maintain_order=True).head(SAID)
    return [
        f"**{shown.literal(str(row['project']))}:** {shown.literal(str(row['words']))}"
        for row in known.iter_rows(named=True)
    ]
