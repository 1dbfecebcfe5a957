"""Savings: what automation really saved, with its interval, its grade, and the quality it came at."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    open_fold,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.filter_bar import Choice, has_labels, show_remedy
from dashboard.web.pages.quality import suggestions
from dashboard.web.pages.savings.cards import show_automation_card, show_automations_table, show_numbers
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
        show_automations(automations)
    if total.estimate:
        show_waterfall(choice)
    show_page_link("data", "Register an automation or plan a hold-out", AUTOMATIONS, ":material/tune:")
    if not has_labels(automations):
        show_published()
        return
    with open_fold("Evidence: checks, suggestions, costs, published figures", "evidence") as is_open:
        if is_open:
            show_savings_checks(choice)
            if not automations.unavailable:
                show_automations_table(automations)
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
    st.markdown(f"**{escape_markdown(str(total_row['words']))}**")
    st.caption(
        f"{escape_markdown(choice.describe())} · {total_row['labels']:,} assisted labels of "
        f"{total_row['annotators']} annotators"
    )
    show_numbers(total, automations.rows)


def show_automations(automations: Figure) -> None:
    """Draw a card per automation, and all that have hours on one scale."""
    with st.container(border=True):
        show_title("Automation by automation", automations, "by-automation")
        rows = automations.rows
        view = build_view(automations)
        if view.rows.height > 1:
            show_view(view, automations, "by-automation")
        with st.grid(3, min_column_width=300):
            for row in rows.iter_rows(named=True):
                show_automation_card(row)


def show_waterfall(choice: Choice) -> None:
    """Draw the waterfall from no automation to the actual hours, and the projects."""
    months = read_figure("savings_by_month", choice.filters)
    with st.container(border=True):
        show_title("From no automation to the actual hours", months, "by-month")
        if show_unavailable(months):
            return
        st.caption(
            "What the assisted labels would have taken by hand, what each month saved or lost, what setup and "
            f"maintenance took, and what is left.{describe_undated(months.rows)}"
        )
        show_view(build_view(months), months, "by-month")
        projects = read_figure("savings_by_project", choice.filters)
        with st.expander("Months and projects as tables"):
            for figure, column, label in ((months, "month_on", "month"), (projects, "project", "project")):
                columns = (column, *(name for name in figure.rows.columns if name != column))
                alt = f"Hours by {label} and automation, by hand, actual and saved"
                show_table(figure.rows, figure.name, columns, figure.name.replace("_", "-"), alt)


def describe_undated(months: pl.DataFrame) -> str:
    """Return a sentence about setup hours without a date; empty if there are none."""
    hours = float(months.filter(pl.col("month_on").is_null()).get_column("setup_hours").sum())
    return (
        f" Setup of {theme.format_hours(hours)} has no date: its automation has no rollout in the register."
        if hours
        else ""
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
