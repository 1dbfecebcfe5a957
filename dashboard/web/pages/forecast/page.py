"""Forecast: the weeks to come, how well such forecasts did, when automation pays back, and what would change it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.forecast.charts import draw_fan
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import (
    escape_markdown,
    open_fold,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.forecast.levers import show_goal, show_tornado
from dashboard.web.pages.forecast.payback import show_payback
from dashboard.web.pages.forecast.plans import show_finish_dates, show_issued_projections, show_scenarios
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
    show_record_warning(hours)
    names = hours.rows.get_column("project").unique(maintain_order=True).to_list()
    project = str(st.selectbox("Project", names, key="forecast-project", width=320))
    show_answer(project, hours, read_figure("forecast_savings", choice.filters))
    show_fan_chart(project, choice)
    show_payback(choice, project)
    show_finish_dates(choice)
    with open_fold("What if: scenarios, and what a target takes", "what-if", ":material/tune:") as is_open:
        if is_open:
            show_scenarios(choice, project)
            show_goal(choice)
    with open_fold("Evidence: past projections against what came, inputs, issued projections", "evidence") as is_open:
        if is_open:
            show_track_record(choice, project)
            show_tornado(choice, project)
            show_issued_projections(choice, project)


def show_answer(project: str, hours: Figure, savings: Figure) -> None:
    """Write how many hours the weeks ahead will take and what automation will save in them."""
    net_sentences = find_sentences(savings.rows, project, "net_hours") or find_sentences(
        savings.rows, project, "saved_hours"
    )
    sentences = [*find_sentences(hours.rows, project, "hours"), *([] if savings.unavailable else net_sentences)]
    st.markdown("  \n".join(f"**{escape_markdown(sentence)}**" for sentence in sentences))
    today = hours.rows.filter(project=project).item(0, "today")
    st.caption(
        f"Measured to {theme.format_day(today)}, projected from there. One outcome in five will lie outside its range."
    )


def find_sentences(rows: pl.DataFrame, project: str, quantity: str) -> list[str]:
    """Return the sentence about the weeks ahead, if there is one."""
    sentences = rows.filter(project=project, quantity=quantity, span="weeks ahead").get_column("words").drop_nulls()
    return [str(sentence) for sentence in sentences.to_list()]


def select_weeks(rows: pl.DataFrame, project: str, quantity: str) -> pl.DataFrame:
    """Return the weeks of a project and quantity: week_on, measured, p10, p50, p90, today."""
    selected = rows.filter(project=project, quantity=quantity, span="week")
    return selected.select("week_on", "measured", "p10", "p50", "p90", "today").sort("week_on")


def show_fan_chart(project: str, choice: Choice) -> None:
    """Draw measured and projected weeks."""
    with st.container(border=True):
        title = str(st.segmented_control("Quantity", QUANTITIES, default="Labeling hours", required=True, key="fan-of"))
        name, quantity = QUANTITIES[title]
        figure = read_figure(name, choice.filters)
        show_title(f"{title}, week by week", figure, "fan")
        if show_unavailable(figure):
            return
        rows = shape_rows(figure, select_weeks, project, quantity)
        if rows.get_column("p50").is_null().all():
            st.info(
                escape_markdown(explain_missing(figure.rows, project, quantity)),
                title="Not projected",
                icon=":material/info:",
            )
            return
        st.caption("Solid: measured. Dashed: the median projection, within the band that holds 80 % of outcomes.")
        unit = str(figure.rows.filter(project=project, quantity=quantity).item(0, "unit"))
        alt = f"{title} by week: measured until today, then projected within a band that holds 8 of 10 outcomes."
        notes = read_figure("notes", choice.filters)
        show_chart(rows, draw_fan(theme_mode(), f"{unit} per week"), alt, "fan", notes)
        show_weeks_table(rows, name, "fan", "Weeks measured and projected")


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


def show_weeks_table(rows: pl.DataFrame, figure_name: str, key: str, alt: str) -> None:
    """List the weeks, with measured and projected values in separate columns."""
    with st.expander("The numbers"):
        weeks = rows.select("week_on", "measured", "p10", "p50", "p90")
        st.dataframe(
            weeks.to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "week_on": st.column_config.DateColumn("Week of", pinned=True),
                "measured": st.column_config.NumberColumn("Measured", format="%,.1f"),
                **{
                    name: st.column_config.NumberColumn(title, format="%,.1f")
                    for name, title in (
                        ("p10", "Projected: low (1 in 10 below)"),
                        ("p50", "Projected: middle"),
                        ("p90", "Projected: high (1 in 10 above)"),
                    )
                },
            },
            alt=alt,
            key=f"{key}-table",
        )
        show_download("Download as CSV", weeks, f"{key}.csv", f"{key}-csv", figure_name)
