"""What errors cost downstream, by kind of label and origin."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_table, show_title, show_unavailable
from dashboard.web.filter_bar import Choice

COLUMNS = (
    "label_kind",
    "origin",
    "reviewed",
    "annotators",
    "errors",
    "error_share",
    "error_low",
    "error_high",
    "hours",
    "sent_back_hours",
    "fixed_hours",
    "rework_hours",
    "timed_share",
    "timed_steps",
    "steps",
    "whole_errors",
    "hours_per_error",
)


def show_error_costs(choice: Choice) -> None:
    """List errors and the hours they cost, with how much of that work is timed."""
    figure = read_figure("error_cost", choice.filters)
    with st.container(border=True):
        show_title(figure.title, figure, "errors")
        if show_unavailable(figure):
            return
        st.markdown(describe_error_costs(figure.rows.row(0, named=True)))
        kinds = figure.rows.filter(pl.col("label_kind") != "(all kinds)")
        alt = "Errors by kind of label and origin, with the hours they cost downstream"
        show_table(kinds, figure.name, COLUMNS, "errors", alt)


def describe_error_costs(row: dict[str, object]) -> str:
    """Return what all errors cost, and how much of that work is timed."""
    errors, reviewed, steps, timed_steps = (
        int(str(row[name])) for name in ("errors", "reviewed", "steps", "timed_steps")
    )
    if not errors:
        return f"Reviews of {reviewed:,} items found no error."
    finding = f"{errors:,} of {reviewed:,} reviewed items had an error."
    if not timed_steps:
        return f"{finding} No step that followed is timed, so their cost is unknown."
    bound_words = "" if timed_steps == steps else "at least "
    return (
        f"{finding} They cost {bound_words}**{theme.format_hours(float(str(row['hours'])))}**: {timed_steps:,} of "
        f"{steps:,} steps are timed."
    )
