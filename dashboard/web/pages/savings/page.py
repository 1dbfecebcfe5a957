"""Savings: what automation really saved, with its interval, its grade, and the quality it came at."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.savings.charts import (
    build_waterfall,
    draw_savings_by_automation,
    draw_savings_by_month,
    list_step_labels,
)
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice, has_labels, read_choice, show_copy_link, show_remedy
from dashboard.web.pages.quality import suggestions
from dashboard.web.pages.savings.cards import show_automation_card, show_automations_table, show_numbers
from dashboard.web.pages.savings.checks import show_savings_checks
from dashboard.web.pages.savings.costs import show_label_costs
from dashboard.web.pages.savings.holdout import show_holdout_card
from dashboard.web.pages.savings.register import show_register
from dashboard.web.routes import show_page_link


def show_savings_page() -> None:
    """Draw the page."""
    choice = read_choice()
    total = read_figure("savings", choice.filters)
    automations = read_figure("savings_by_automation", choice.filters)
    show_title("What automation saved", total, "savings", is_page=True)
    show_answer(total, automations, choice)
    if not automations.unavailable:
        show_automations(automations)
    if total.estimate:
        show_waterfall(choice)
    if has_labels(automations):
        show_outcomes(choice)
        show_label_costs(choice)
        show_savings_checks(choice)
    show_register()
    show_holdout_card()
    show_published()
    show_copy_link(choice, "savings")


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
        estimated = rows.drop_nulls("hours")
        if estimated.height > 1:
            alt = "Points with intervals: net hours saved by each automation, against no saving."
            show_chart(estimated, draw_savings_by_automation(theme_mode()), alt, "by-automation")
        with st.grid(3, min_column_width=300):
            for row in rows.iter_rows(named=True):
                show_automation_card(row)
        show_automations_table(rows)


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
        alt = (
            "Waterfall: hours without automation, what each month saved or lost, its setup and maintenance, and the "
            "actual hours."
        )
        steps = build_waterfall(months.rows)
        spec = draw_savings_by_month(theme_mode(), list_step_labels(steps))
        show_chart(steps, spec, alt, "by-month", read_figure("notes", choice.filters))
        projects = read_figure("savings_by_project", choice.filters).rows
        with st.expander("Months and projects as tables"):
            show_hours_table(months.rows, "month_on", "Month", "savings-by-month")
            show_hours_table(projects, "project", "Project", "savings-by-project")


def describe_undated(months: pl.DataFrame) -> str:
    """Return a sentence about setup hours without a date; empty if there are none."""
    hours = float(months.filter(pl.col("month_on").is_null()).get_column("setup_hours").sum())
    return (
        f" Setup of {theme.format_hours(hours)} has no date: its automation has no rollout in the register."
        if hours
        else ""
    )


def show_hours_table(rows: pl.DataFrame, column: str, label: str, key: str) -> None:
    """List hours without automation, actual and saved."""
    first_column = (
        st.column_config.DateColumn(label, format="MMM YYYY", pinned=True)
        if column == "month_on"
        else st.column_config.TextColumn(label, pinned=True)
    )
    hours = {
        "counterfactual_hours": "By hand",
        "actual_hours": "Actual",
        "saved_hours": "Saved",
        "setup_hours": "Setup",
        "maintenance_hours": "Maintenance",
        "net_hours": "Saved, net",
    }
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
        column_config={
            column: first_column,
            "automation": "Automation",
            **{
                name: st.column_config.NumberColumn(title, format="%,.1f h")
                for name, title in hours.items()
                if name in rows.columns
            },
            "labels": st.column_config.NumberColumn("Labels", format="localized"),
            "saved_share": st.column_config.NumberColumn("Saved share", format="percent"),
        },
        alt=f"Hours by {label.lower()} and automation, by hand, actual and saved",
        key=key,
    )
    show_download("Download as CSV", rows, f"{key}.csv", f"{key}-csv")


def show_outcomes(choice: Choice) -> None:
    """Draw what became of suggestions, and link to the page about their quality."""
    figure = read_figure("suggestion_outcomes", choice.filters)
    if figure.unavailable:
        return
    suggestions.show_outcomes(figure)
    show_page_link("quality", "See at what quality: gate, acceptance and rework")


def show_published() -> None:
    """List what others published, as context for a team without numbers of its own."""
    figure = read_figure("reference_figures")
    rows = figure.rows.filter(pl.col("about") == "savings").sort("technique", "grade", "id")
    with st.container(border=True):
        show_title("What others measured", figure, "published-savings")
        st.caption(
            "Published figures differ in what they measured and against what: each stands alone. They are never "
            "averaged, and never enter a number of this team. Negative: it took longer."
        )
        with st.expander(f"{rows.height} published figures with source and caveat"):
            st.dataframe(
                rows.select(
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
                ),
                hide_index=True,
                placeholder="–",
                column_config={
                    "technique": "Technique",
                    "label": "What",
                    "percent": st.column_config.NumberColumn("Less, %", format="%.1f"),
                    "percent_to": st.column_config.NumberColumn("to, %", format="%.1f"),
                    "measured": "Of what",
                    "grade": st.column_config.TextColumn(
                        "Grade", help="A: randomized. B: controlled. C: before against after. D: vendor or estimate."
                    ),
                    "sample": "Sample",
                    "caveat": "Caveat",
                    "year": st.column_config.NumberColumn("Year", format="%d"),
                    "authors": "Authors",
                    "url": "Source",
                },
                alt="Published savings with grade, source and caveat",
                key="published-savings-table",
            )
