"""The saving against another baseline: the lead picks one, and reads what it says and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.units import format_count
from dashboard.web.cached_store import read_figure
from dashboard.web.components import escape_markdown, fold_table, show_title
from dashboard.web.filter_bar import Choice

COLUMNS = (
    "baseline",
    "is_headline",
    "state",
    "saved_share",
    "saved_low",
    "saved_high",
    "holds_for",
    "grade",
    "assisted_labels",
    "manual_labels",
    "annotators",
    "needed",
)


def show_baselines(choice: Choice) -> None:
    """Draw the choice of a baseline, and what the chosen comparison says."""
    figure = read_figure("savings_by_baseline", choice.filters)
    if figure.unavailable:
        return
    with st.container(border=True):
        show_title("Compared with what?", figure, "baselines")
        st.caption("A better number under a weaker baseline is no better evidence.")
        names = figure.rows.get_column("automation").unique(maintain_order=True).to_list()
        name = names[0]
        if len(names) > 1:
            name = st.selectbox("Automation", names, key="baseline-automation", width=320)
        rows = figure.rows.filter(pl.col("automation") == name)
        titles = {title: f"{title} (used above)" for title in rows.filter("is_headline").get_column("baseline")}
        options = rows.get_column("baseline").to_list()
        baseline = st.selectbox(
            "Baseline", options, format_func=lambda title: titles.get(title, title), key=f"baseline-{name}", width=480
        )
        show_comparison(rows.row(by_predicate=pl.col("baseline") == baseline, named=True))
        alt = "The same saving against every baseline, with grade and labels compared"
        fold_table("All baselines", figure, COLUMNS, key="baselines", alt=alt, rows=rows)


def show_comparison(row: Mapping[str, object]) -> None:
    """Write what one comparison says, its grade, and the labels behind it; or what it lacks."""
    st.markdown(escape_markdown(" ".join(filter(None, (str(row["words"]), str(row["needed"] or ""))))))
    if row["grade"] is None:
        return
    grade = f"Grade {row['grade']}: {row['grade_reasons']}"
    labels = (
        f"{format_count(row['assisted_labels'])} assisted labels and {format_count(row['manual_labels'])} by hand of "
        f"{format_count(row['annotators'])} annotators"
    )
    st.caption(escape_markdown(f"{grade} · {labels}"))
