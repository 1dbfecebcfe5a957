"""Savings: what automation really saved, with its interval, its grade, and the quality it came at."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.units import format_count, format_hours
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    fold_table,
    open_fold,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.filter_bar import Choice, has_labels, show_remedy
from dashboard.web.pages.quality import suggestions
from dashboard.web.pages.savings.baselines import show_baselines
from dashboard.web.pages.savings.cards import (
    SHORT,
    describe_total,
    format_level,
    show_automation_details,
    show_automation_line,
    show_numbers,
    show_short_line,
    show_total_details,
)
from dashboard.web.pages.savings.checks import show_savings_checks
from dashboard.web.pages.savings.costs import show_label_costs
from dashboard.web.routes import show_page_link

AUTOMATIONS = {"section": "Set-up", "sheet": "Automations"}  # the place on the Data page
PUBLISHED_COLUMNS = (
    "technique",
    "label",
    "percent",
    "percent_to",
    "measured",
    "grade",
    "sample",
    "caveat",
    "year",
    "authors",
    "url",
)


def show_savings_tab(choice: Choice) -> None:
    """Draw the tab."""
    total = read_figure("savings", choice.filters)
    automations = read_figure("savings_by_automation", choice.filters)
    show_title("What automation saved", total, "savings", is_page=True)
    show_answer(total, automations, choice)
    if not automations.unavailable:
        show_automations(automations, is_explained=bool(total.unavailable))
    if total.estimate:
        show_waterfall(choice)
    show_page_link("data", "Register automations, plan a hold-out", AUTOMATIONS, ":material/tune:")
    if not has_labels(automations):
        show_published()
        return
    with open_fold("Evidence: checks, costs, published figures, all numbers", "evidence") as is_open:
        if is_open:
            show_total_details(total)
            if not automations.unavailable:
                show_automation_details(automations)
            show_months(choice)
            show_baselines(choice)
            show_savings_checks(choice)
            show_outcomes(choice)
            show_label_costs(choice)
            show_published()


def show_answer(total: Figure, automations: Figure, choice: Choice) -> None:
    """Write the answer and draw the numbers, or say what is missing for them."""
    if automations.unavailable:  # nothing to estimate at all: one message, not two
        show_unavailable(automations)
        show_remedy(automations)
        return
    if show_unavailable(total):
        return
    total_row = total.rows.row(0, named=True)
    doubts = escape_markdown(str(total_row["doubts"] or ""))
    st.markdown(f"**{escape_markdown(describe_total(total.rows))}** {doubts}".rstrip())
    st.caption(
        f"{escape_markdown(choice.describe())} · {format_count(total_row['labels'])} assisted labels of "
        f"{total_row['annotators']} annotators · in brackets: {format_level(total_row)} intervals"
    )
    show_numbers(total, automations.rows)


def show_automations(automations: Figure, *, is_explained: bool) -> None:
    """Write a line per automation, and draw all that have hours on one scale.

    `is_explained`: the answer above says why there are no hours.
    """
    with st.container(border=True):
        show_title("Automation by automation", automations, "by-automation")
        is_short = pl.col("state") == SHORT
        for row in automations.rows.filter(~is_short).iter_rows(named=True):
            show_automation_line(row, is_explained=is_explained)
        show_short_line(automations.rows.filter(is_short), is_explained=is_explained)
        view = build_view(automations)
        if view.rows.height > 1:
            show_view(view, automations, "by-automation")


def show_waterfall(choice: Choice) -> None:
    """Draw the waterfall from no automation to the actual hours."""
    months = read_figure("savings_by_month", choice.filters)
    with st.container(border=True):
        show_title("From no automation to the actual hours", months, "by-month")
        if show_unavailable(months):
            return
        show_view(build_view(months), months, "by-month")
        undated = describe_undated(months.rows)
        if undated:
            st.caption(undated)


def show_months(choice: Choice) -> None:
    """Offer hours by month and by project as tables."""
    for name, column in (("savings_by_month", "month_on"), ("savings_by_project", "project")):
        figure = read_figure(name, choice.filters)
        columns = (column, *(name for name in figure.rows.columns if name != column))
        alt = f"{figure.title}: hours by hand, actual and saved, by automation"
        fold_table(figure.title, figure, columns, key=name.replace("_", "-"), alt=alt)


def describe_undated(months: pl.DataFrame) -> str:
    """Return a sentence about setup hours without a date; empty if there are none."""
    hours = float(months.filter(pl.col("month_on").is_null()).get_column("setup_hours").sum())
    return (
        f"Setup of {format_hours(hours)} has no date: its automation has no rollout in the register." if hours else ""
    )


def show_outcomes(choice: Choice) -> None:
    """Draw what became of suggestions, and link to the page about their quality."""
    figure = read_figure("suggestion_outcomes", choice.filters)
    if figure.unavailable:
        return
    suggestions.show_outcomes(figure)
    show_page_link("labeling", "See at what quality: gate, acceptance and rework", {"tab": "Quality"})


def show_published() -> None:
    """List what others published, as context for a team without numbers of its own."""
    figure = read_figure("reference_figures")
    rows = figure.rows.filter(pl.col("about") == "savings").sort("technique", "grade", "id")
    with st.container(border=True):
        show_title("What others measured", figure, "published-savings")
        st.caption(
            "Published figures differ in what they measured and against what: read each on its own. They are never "
            "averaged, and never enter a number of this team. Negative: it took longer."
        )
        with st.expander(f"{rows.height} published figures with source and caveat"):
            alt = "Published savings with grade, source and caveat"
            show_table(rows, figure.name, PUBLISHED_COLUMNS, "published-savings", alt)
