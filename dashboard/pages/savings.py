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


def show() -> None:
    """Draw the page."""
    choice = bar.chosen()
    total = reading.read("savings", choice.filters)
    automations = reading.read("savings_by_automation", choice.filters)
    shown.head("What automation saved", total, "savings", is_page=True)
    answer(total, automations, choice)
    if not automations.refused:
        by_automation(automations)
    if total.estimate:
        over_time(choice)
    if bar.has_labels(automations):
        outcomes(choice)
        savings_costs.show(choice)
        savings_checks.show(choice)
    savings_register.show()
    savings_holdout.show()
    published()
    bar.copy_link(choice, "savings")


def answer(total: Figure, automations: Figure, choice: Choice) -> None:
    """Write the answer and draw the numbers, or say what is missing for them."""
    if automations.refused:  # nothing to estimate at all: one message, not two
        shown.refused(automations)
        bar.way_out(automations)
        return
    if shown.refused(total):
        return
    head = total.rows.row(0, named=True)
    st.markdown(f"**{shown.literal(str(head['words']))}**")
    st.caption(
        f"{shown.literal(choice.said())} · {head['labels']:,} assisted labels of {head['annotators']} annotators"
    )
    savings_cards.numbers(total, automations.rows)


def by_automation(automations: Figure) -> None:
    """Draw a card an automation, and all that have hours on one scale."""
    with st.container(border=True):
        shown.head("Automation by automation", automations, "by-automation")
        rows = automations.rows
        known = rows.drop_nulls("hours")
        if known.height > 1:
            alt = "Points with intervals: net hours saved by each automation, against no saving."
            shown.chart(known, charts.savings_by_automation(shown.mode()), alt, "by-automation")
        with st.grid(3, min_column_width=300):
            for row in rows.iter_rows(named=True):
                savings_cards.automation(row)
        savings_cards.table(rows)


def over_time(choice: Choice) -> None:
    """Draw the waterfall from no automation to the actual hours, and the projects."""
    months = reading.read("savings_by_month", choice.filters)
    with st.container(border=True):
        shown.head("From no automation to the actual hours", months, "by-month")
        if shown.refused(months):
            return
        st.caption(
            "What the assisted labels would have taken by hand, what each month saved or lost, what setup and "
            f"maintenance took, and what is left.{undated(months.rows)}"
        )
        alt = (
            "Waterfall: hours without automation, what each month saved or lost, its setup and maintenance, and the "
            "actual hours."
        )
        steps = charts.waterfall(months.rows)
        spec = charts.savings_by_month(shown.mode(), charts.steps(steps))
        shown.chart(steps, spec, alt, "by-month", reading.read("notes", choice.filters))
        projects = reading.read("savings_by_project", choice.filters).rows
        with st.expander("Months and projects as tables"):
            hours_table(months.rows, "month_on", "Month", "savings-by-month")
            hours_table(projects, "project", "Project", "savings-by-project")


def undated(months: pl.DataFrame) -> str:
    """Return a sentence about setup hours that nobody has dated, or nothing."""
    hours = float(months.filter(pl.col("month_on").is_null()).get_column("setup_hours").sum())
    return (
        f" Setup of {theme.hours(hours)} has no date: its automation has no rollout in the register." if hours else ""
    )


def hours_table(rows: pl.DataFrame, column: str, label: str, key: str) -> None:
    """List hours without automation, actual and saved."""
    first = (
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
            column: first,
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
    shown.download("Download as CSV", rows, f"{key}.csv", f"{key}-csv")


def outcomes(choice: Choice) -> None:
    """Draw what became of suggestions, and say where their quality is judged."""
    figure = reading.read("suggestion_outcomes", choice.filters)
    if figure.refused:
        return
    quality_suggestions.outcomes(figure)
    places.link("quality", "See at what quality: gate, acceptance and rework")


def published() -> None:
    """List what others published, as context for a team without numbers of its own."""
    figure = reading.read("reference_figures")
    rows = figure.rows.filter(pl.col("about") == "savings").sort("technique", "grade", "id")
    with st.container(border=True):
        shown.head("What others measured", figure, "published-savings")
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
