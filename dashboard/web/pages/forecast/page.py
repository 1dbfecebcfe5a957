"""Forecast: the weeks to come, how well such forecasts did, when automation pays back, and what would change it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.forecast.charts import draw_fan
from dashboard.forecast.track_record import ALL_PROJECTS
from dashboard.forecast.weeks import RANGE_LEAD
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import (
    escape_markdown,
    fold_table,
    open_fold,
    show_chart,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.forecast.levers import show_goal, show_tornado
from dashboard.web.pages.forecast.payback import show_payback, show_payback_table
from dashboard.web.pages.forecast.plans import (
    show_backlogs,
    show_finish_dates,
    show_issued_projections,
    show_scenarios,
)
from dashboard.web.pages.forecast.track_record import show_record_warning, show_track_record

QUANTITIES = {
    "Labeling hours": ("forecast_hours", "hours"),
    "Items": ("forecast_hours", "items"),
    "Hours saved": ("forecast_savings", "saved_hours"),
    "Money saved, net": ("forecast_savings", "cash"),
}


def show_outlook_tab(choice: Choice) -> None:
    """Draw the tab."""
    hours = read_figure("forecast_hours", choice.filters)
    show_title("The weeks ahead", hours, "forecast", is_page=True)
    if show_unavailable(hours):
        return
    names = hours.rows.get_column("project").unique(maintain_order=True).to_list()
    project = str(
        st.selectbox(
            "Project",
            names,
            key="forecast-project",
            width=320,
            format_func=format_project,
            label_visibility="collapsed",
        )
    )
    show_answer(project, hours, read_figure("forecast_savings", choice.filters))
    show_record_warning(hours)
    title = show_fan_chart(project, choice)
    show_payback(choice, project)
    show_finish_dates(choice)
    with open_fold("What if: backlogs, scenarios, targets", "what-if", ":material/tune:") as is_open:
        if is_open:
            show_backlogs(choice)
            show_scenarios(choice, project)
            show_goal(choice)
    with open_fold("Evidence: past projections, all numbers", "evidence") as is_open:
        if is_open:
            show_track_record(choice, project)
            show_weeks_table(title, project, choice)
            show_payback_table(choice)
            show_tornado(choice, project)
            show_issued_projections(choice, project)


def format_project(name: str) -> str:
    """Return a project's name for a choice."""
    return "All projects" if name == ALL_PROJECTS else name


def show_answer(project: str, hours: Figure, savings: Figure) -> None:
    """Write how many hours the weeks ahead will take and what automation will save in them."""
    net_sentences = find_sentences(savings.rows, project, "net_hours") or find_sentences(
        savings.rows, project, "saved_hours"
    )
    sentences = [*find_sentences(hours.rows, project, "hours"), *([] if savings.unavailable else net_sentences)]
    weeks = hours.rows.filter(project=project).select(pl.col("weeks").max()).item()
    lead, *others = [sentence.replace(RANGE_LEAD, "") for sentence in sentences] or [""]
    lines = [lead, *(sentence.replace(f" in {weeks} weeks", "", 1).replace(", (", " (", 1) for sentence in others)]
    st.markdown("  \n".join(f"**{escape_markdown(line)}**" for line in lines if line))
    st.caption("In labeling tools. Ranges: 8 of 10 outcomes.")


def find_sentences(rows: pl.DataFrame, project: str, quantity: str) -> list[str]:
    """Return the sentence about the weeks ahead, if there is one."""
    sentences = rows.filter(project=project, quantity=quantity, span="weeks ahead").get_column("words").drop_nulls()
    return [str(sentence) for sentence in sentences.to_list()]


def select_weeks(rows: pl.DataFrame, project: str, quantity: str) -> pl.DataFrame:
    """Return the weeks of a project and quantity: week_on, measured, p10, p50, p90, today."""
    selected = rows.filter(project=project, quantity=quantity, span="week")
    return selected.select("week_on", "measured", "p10", "p50", "p90", "today").sort("week_on")


def show_fan_chart(project: str, choice: Choice) -> str:
    """Draw measured and projected weeks of a quantity that the viewer chooses, and return its title."""
    with st.container(border=True):
        heading = st.container()
        title = str(
            st.segmented_control(
                "Quantity",
                QUANTITIES,
                default="Labeling hours",
                required=True,
                key="fan-of",
                label_visibility="collapsed",
            )
        )
        figure = read_figure(QUANTITIES[title][0], choice.filters)
        with heading:
            show_title("Week by week", figure, "fan")
        if not show_unavailable(figure):
            draw_weeks(title, project, figure)
    return title


def draw_weeks(title: str, project: str, figure: Figure) -> None:
    """Draw the weeks of a project and quantity, or say why they are not projected."""
    quantity = QUANTITIES[title][1]
    rows = shape_rows(figure, select_weeks, project, quantity)
    if rows.get_column("p50").is_null().all():
        st.info(
            escape_markdown(explain_missing(figure.rows, project, quantity)),
            title="Not projected",
            icon=":material/info:",
        )
        return
    unit = str(figure.rows.filter(project=project, quantity=quantity).item(0, "unit"))
    alt = f"{title} by week: measured until today, then projected within a band that holds 8 of 10 outcomes."
    notes = read_figure("notes", figure.filters)
    show_chart(rows, draw_fan(theme_mode(), f"{unit.capitalize()} per week"), alt, "fan", notes)


def explain_missing(rows: pl.DataFrame, project: str, quantity: str) -> str:
    """Return why a quantity of a project is not projected."""
    for name in (quantity, "saved_hours"):
        sentences = find_sentences(rows, project, name)
        projected = rows.filter(pl.col("p50").is_not_null(), project=project, quantity=name)
        if sentences and projected.is_empty():
            return sentences[0]
    if quantity == "cash":
        return "No hourly rate is known for the work in this selection. Enter one under Data, People, Rates."
    return "There is no data for it."


def show_weeks_table(title: str, project: str, choice: Choice) -> None:
    """List the weeks of a quantity, with measured and projected values in separate columns."""
    name, quantity = QUANTITIES[title]
    figure = read_figure(name, choice.filters)
    if figure.unavailable:
        return
    rows = figure.rows.filter(project=project, quantity=quantity, span="week").sort("week_on")
    columns = ("week_on", "measured", "p10", "p50", "p90")
    fold_table(f"{title}, week by week", figure, columns, key="fan", alt="Weeks, measured or projected", rows=rows)
