"""Savings: what automation really saved, with its interval, its grade, and the quality it came at."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import savings as charts
from dashboard.figures import Figure
from dashboard.pages import (
    bar,
    places,
    quality_suggestions,
    reading,
    savings_cards,
    savings_checks,
    savings_costs,
    savings_holdout,
    savings_register,
    shown,
)
from dashboard.pages.bar import Choice


def show_savings_page() -> None:
    """Draw the page."""
    choice = bar.read_choice()
    total = reading.read_figure("savings", choice.filters)
    automations = reading.read_figure("savings_by_automation", choice.filters)
    shown.show_title("What automation saved", total, "savings", is_page=True)
    show_answer(total, automations, choice)
    if not automations.refused:
        show_automations(automations)
    if total.estimate:
        show_waterfall(choice)
    if bar.has_labels(automations):
        show_outcomes(choice)
        savings_costs.show_label_costs(choice)
        savings_checks.show_savings_checks(choice)
    savings_register.show_register()
    savings_holdout.show_holdout_card()
    show_published()
    bar.show_copy_link(choice, "savings")


def show_answer(total: Figure, automations: Figure, choice: Choice) -> None:
    """Write the answer and draw the numbers, or say what is missing for them."""
    if automations.refused:  # nothing to estimate at all: one message, not two
        shown.show_unavailable(automations)
        bar.show_remedy(automations)
        return
    if shown.show_unavailable(total):
        return
    total_row = total.rows.row(0, named=True)
    st.markdown(f"**{shown.escape_markdown(str(total_row['words']))}**")
    st.caption(
        f"{shown.escape_markdown(choice.describe())} · {total_row['labels']:,} assisted labels of "
        f"{total_row['annotators']} annotators"
    )
    savings_cards.show_numbers(total, automations.rows)


def show_automations(automations: Figure) -> None:
    """Draw a card per automation, and all that have hours on one scale."""
    with st.container(border=True):
        shown.show_title("Automation by automation", automations, "by-automation")
        rows = automations.rows
        estimated = rows.drop_nulls("hours")
        if estimated.height > 1:
            alt = "Points with intervals: net hours saved by each automation, against no saving."
            shown.show_chart(estimated, charts.draw_savings_by_automation(shown.theme_mode()), alt, "by-automation")
        with st.grid(3, min_column_width=300):
            for row in rows.iter_rows(named=True):
                savings_cards.show_automation_card(row)
        savings_cards.show_automations_table(rows)


def show_waterfall(choice: Choice) -> None:
    """Draw the waterfall from no automation to the actual hours, and the projects."""
    months = reading.read_figure("savings_by_month", choice.filters)
    with st.container(border=True):
        shown.show_title("From no automation to the actual hours", months, "by-month")
        if shown.show_unavailable(months):
            return
        st.caption(
            "What the assisted labels would have taken by hand, what each month saved or lost, what setup and "
            f"maintenance took, and what is left.{describe_undated(months.rows)}"
        )
        alt = (
            "Waterfall: hours without automation, what each month saved or lost, its setup and maintenance, and the "
            "actual hours."
        )
        steps = charts.build_waterfall(months.rows)
        spec = charts.draw_savings_by_month(shown.theme_mode(), charts.list_step_labels(steps))
        shown.show_chart(steps, spec, alt, "by-month", reading.read_figure("notes", choice.filters))
        projects = reading.read_figure("savings_by_project", choice.filters).rows
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
    shown.show_download("Download as CSV", rows, f"{key}.csv", f"{key}-csv")


def show_outcomes(choice: Choice) -> None:
    """Draw what became of suggestions, and link to the page about their quality."""
    figure = reading.read_figure("suggestion_outcomes", choice.filters)
    if figure.refused:
        return
    quality_suggestions.show_outcomes(figure)
    places.show_page_link("quality", "See at what quality: gate, acceptance and rework")


def show_published() -> None:
    """List what others published, as context for a team without numbers of its own."""
    figure = reading.read_figure("reference_figures")
    rows = figure.rows.filter(pl.col("about") == "savings").sort("technique", "grade", "id")
    with st.container(border=True):
        shown.show_title("What others measured", figure, "published-savings")
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
