"""Returns: what a synthetic label is worth, and what the next hour buys, spent on labels or on the model."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboard.errors import Cause
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.web.cached_store import read_figure
from dashboard.web.components import escape_markdown, open_fold, show_title, show_unavailable
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.returns.active_learning import show_active_learning
from dashboard.web.pages.returns.exchange_rate import describe_rate, show_exchange_rate, show_exchange_tables
from dashboard.web.pages.returns.marginal_return import (
    describe_return,
    show_marginal_return,
    show_return_details,
)
from dashboard.web.pages.returns.parity import show_synthetic_parity

ANSWERED_PROJECTS = 3  # projects whose answer stands at the top


def show_returns_tab(choice: Choice) -> None:
    """Draw the tab."""
    rate = read_figure("exchange_rate", choice.filters)
    gain = read_figure("marginal_return", choice.filters)
    show_title("What labels return", gain, "returns", is_page=True)
    parity = read_figure("synthetic_parity", choice.filters)
    is_without_runs = has_no_runs(rate) and has_no_runs(gain)
    has_synthetic = has_synthetic_labels(choice)
    if is_without_runs:
        show_unavailable(gain)  # no runs at all: one message, not two
        st.caption(
            "Import an experiment runs CSV with labels_used, labels_synthetic, code_version and seed: "
            "see Help, native-files."
        )
    else:
        show_answer(rate, gain)
        if has_synthetic:
            show_exchange_rate(rate, choice)
        show_marginal_return(gain)
    with open_fold("Evidence: missing runs, chosen labels, synthetic data, all numbers", "evidence") as is_open:
        if is_open and not is_without_runs:
            if has_synthetic:
                show_exchange_tables(rate, choice)
            show_return_details(gain)
            show_active_learning(read_figure("label_savings", choice.filters))
        if is_open and (has_synthetic or not parity.rows.is_empty()):
            show_synthetic_parity(parity)


def has_synthetic_labels(choice: Choice) -> bool:
    """Return whether any run of these projects learned from synthetic labels; without one they have no worth to ask."""
    runs = read_figure("training_runs", Filters(projects=choice.filters.projects)).rows
    return "labels_synthetic" in runs.columns and bool((runs.get_column("labels_synthetic") > 0).any())


def has_no_runs(figure: Figure) -> bool:
    """Return whether a figure lacks runs altogether, rather than enough of them."""
    return figure.unavailable is not None and figure.unavailable.cause is not Cause.too_little_data


def show_answer(rate: Figure, gain: Figure) -> None:
    """Write the answers of the first projects with one."""
    lines = [
        *list_answers(rate, pl.col("kappa").is_not_null(), describe_rate),
        *list_answers(gain, pl.col("verdict") != "cannot rank", describe_return),
    ]
    st.markdown("  \n".join(lines) if lines else "**The runs do not give an answer yet.**")
    st.caption("All runs count, whatever their day. In brackets: 95% intervals.")


def list_answers(figure: Figure, has_answer: pl.Expr, describe: Callable[[pl.DataFrame], str]) -> list[str]:
    """Return a sentence on each of the first projects with an answer."""
    if figure.unavailable:
        return []
    answered_rows = figure.rows.filter(has_answer)
    projects = answered_rows.get_column("project").unique(maintain_order=True).head(ANSWERED_PROJECTS)
    return [
        f"**{escape_markdown(project)}:** {escape_markdown(describe(answered_rows.filter(project=project)))}"
        for project in projects
    ]
