"""Forecast: the weeks to come, how well such forecasts did, when automation pays back, and what would change it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import forecast as charts
from dashboard.figures import Figure
from dashboard.pages import bar, forecast_levers, forecast_payback, forecast_plans, forecast_record, reading, shown
from dashboard.pages.bar import Choice

QUANTITIES = {
    "Labeling hours": ("forecast_hours", "hours"),
    "Items": ("forecast_hours", "items"),
    "Hours saved": ("forecast_savings", "saved_hours"),
    "Money saved, net": ("forecast_savings", "cash"),
}


def show() -> None:
    """Draw the page."""
    choice = bar.chosen()
    hours = reading.read("forecast_hours", choice.filters)
    shown.head("What is to come", hours, "forecast", is_page=True)
    if shown.refused(hours):
        return
    forecast_record.banner(hours)
    names = hours.rows.get_column("project").unique(maintain_order=True).to_list()
    project = str(st.selectbox("Project", names, key="forecast-project", width=320))
    answer(project, hours, reading.read("forecast_savings", choice.filters))
    fan(project, choice)
    forecast_payback.show(choice, project)
    forecast_plans.scenarios(choice, project)
    forecast_levers.goal(choice)
    forecast_levers.tornado(choice, project)
    forecast_plans.finish(choice)
    forecast_record.show(choice, project)
    forecast_plans.issued(choice, project)
    bar.copy_link(choice, "forecast")


def answer(project: str, hours: Figure, savings: Figure) -> None:
    """Write what the weeks to come will take and what automation will save in them."""
    net = said(savings.rows, project, "net_hours") or said(savings.rows, project, "saved_hours")
    sentences = [*said(hours.rows, project, "hours"), *([] if savings.refused else net)]
    st.markdown("  \n".join(f"**{shown.literal(one)}**" for one in sentences))
    today = hours.rows.filter(project=project).item(0, "today")
    st.caption(f"Measured to {theme.day(today)}, projected from there. One outcome in five lies outside such a range.")


def said(rows: pl.DataFrame, project: str, quantity: str) -> list[str]:
    """Return the sentence about the weeks ahead, if there is one."""
    found = rows.filter(project=project, quantity=quantity, span="weeks ahead").get_column("words").drop_nulls()
    return [str(one) for one in found.to_list()]


def weeks(rows: pl.DataFrame, project: str, quantity: str) -> pl.DataFrame:
    """Return the weeks of a project and quantity: week_on, measured, p10, p50, p90, today."""
    own = rows.filter(project=project, quantity=quantity, span="week")
    return own.select("week_on", "measured", "p10", "p50", "p90", "today").sort("week_on")


def fan(project: str, choice: Choice) -> None:
    """Draw measured weeks and those to come."""
    with st.container(border=True):
        title = str(st.segmented_control("Of what", QUANTITIES, default="Labeling hours", required=True, key="fan-of"))
        name, quantity = QUANTITIES[title]
        figure = reading.read(name, choice.filters)
        shown.head(f"{title}, week by week", figure, "fan")
        if shown.refused(figure):
            return
        rows = reading.shaped(figure, weeks, project, quantity)
        if rows.get_column("p50").is_null().all():
            st.info(
                shown.literal(why_not(figure.rows, project, quantity)), title="Not projected", icon=":material/info:"
            )
            return
        st.caption("Solid: measured. Dashed: the middle of what is projected, within the band that holds 80 % of it.")
        unit = str(figure.rows.filter(project=project, quantity=quantity).item(0, "unit"))
        alt = f"{title} by week: measured until today, then projected within a band from P10 to P90."
        notes = reading.read("notes", choice.filters)
        shown.chart(rows, charts.fan(shown.mode(), f"{unit} a week"), alt, "fan", notes)
        table(rows, "fan", "Weeks measured and projected")


def why_not(rows: pl.DataFrame, project: str, quantity: str) -> str:
    """Return why a quantity of a project is not projected."""
    for name in (quantity, "saved_hours"):
        words = said(rows, project, name)
        known = rows.filter(pl.col("p50").is_not_null(), project=project, quantity=name)
        if words and known.is_empty():
            return words[0]
    if quantity == "cash":
        return "No hourly rate is known for the work in this selection. Enter one under Data, Rates."
    return "Nothing is known of it."


def table(rows: pl.DataFrame, key: str, alt: str) -> None:
    """List the weeks; measured and projected stand in columns of their own."""
    with st.expander("The numbers"):
        wanted = rows.select("week_on", "measured", "p10", "p50", "p90")
        st.dataframe(
            wanted.to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "week_on": st.column_config.DateColumn("Week of", pinned=True),
                "measured": st.column_config.NumberColumn("Measured", format="%,.1f"),
                **{
                    name: st.column_config.NumberColumn(f"{name.upper()}, projected", format="%,.1f")
                    for name in ("p10", "p50", "p90")
                },
            },
            alt=alt,
            key=f"{key}-table",
        )
        shown.download("Download as CSV", wanted, f"{key}.csv", f"{key}-csv")
