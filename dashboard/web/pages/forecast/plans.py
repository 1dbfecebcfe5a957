"""Plans: scenarios side by side, the backlog and when it is done, and issued projections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.forecast.charts import draw_scenarios
from dashboard.forecast.compared import MEASURED_NAME
from dashboard.forecast.issued import issue_projection
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.scenarios import INPUT_UNITS, SCENARIO_SHEET
from dashboard.units import format_chance, format_count, format_day, format_week
from dashboard.web.cached_store import Options, list_values, open_store, read_figure, utc_today
from dashboard.web.components import escape_markdown, show_chart, show_error, show_title, theme_mode
from dashboard.web.editable_sheet import edit_sheet, rerun_with_message, show_saved_message, show_upload
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.forecast.scenario_form import show_scenario_sliders
from dashboard.web.tables import show_frame, typed_format
from dashboard.web.unsaved_edits import count_unsaved

QUANTITIES = {"hours": "Labeling hours", "saved_hours": "Hours saved", "net_hours": "Hours saved, net", "cash": "Money"}

ISSUED_LABELS = {
    "hours_per_item": "Hours per item",
    "hours": "Labeling hours",
    "saved_hours": "Hours saved",
    "items": "Items",
}


def show_scenarios(choice: Choice, project: str) -> None:
    """Draw the saved scenarios side by side, and let the lead edit them."""
    figure = read_figure("scenario_comparison", choice.filters)
    with st.container(border=True):
        show_title("What if?", figure, "scenarios")
        st.caption("All scenarios use the same random draws of weeks, so only the plans differ.")
        if figure.unavailable:
            st.caption(
                "No scenario is saved yet. Write what you would change below; what you leave out stays as measured."
            )
        else:
            _show_comparison(figure.rows, choice)
        show_saved_message("scenarios")
        show_scenario_sliders(choice, project)
        with st.expander("Write scenarios", expanded=count_unsaved("scenarios-rows") > 0, key="scenarios-edit"):
            try:
                inputs = "; ".join(f"{name}: {unit}" for name, unit in INPUT_UNITS.items())
                st.caption(f"One row per input. Inputs: {inputs}.")
                edit_sheet(SCENARIO_SHEET, "Inputs by scenario and project")
                show_upload(SCENARIO_SHEET)
            except DashboardError as error:
                show_error(error)


def _show_comparison(rows: pl.DataFrame, choice: Choice) -> None:
    quantities = [name for name in QUANTITIES if name in set(rows.get_column("quantity"))]
    quantity = str(
        st.segmented_control(
            "Quantity",
            quantities,
            default=quantities[0],
            required=True,
            key="scenarios-of",
            format_func=lambda name: QUANTITIES[name],
        )
    )
    scenario_rows = rows.filter(kind="scenario", quantity=quantity)
    unit = str(scenario_rows.item(0, "unit"))
    alt = f"Points with ranges: {QUANTITIES[quantity]} in each scenario."
    intervals = scenario_rows.select("scenario", "p10", "p50", "p90").drop_nulls()
    show_chart(intervals, draw_scenarios(theme_mode(), f"{QUANTITIES[quantity]}, {unit}"), alt, "scenarios")
    comparison = "takes fewer hours than" if quantity == "hours" else "brings more than"
    for row in rows.filter(kind="pair", quantity=quantity).iter_rows(named=True):
        st.markdown(
            f"**{escape_markdown(str(row['scenario']))}** {comparison} "
            f"{escape_markdown(str(row['than']))} in "
            f"{format_chance(row['probability'])} of simulated outcomes; the difference lies between "
            f"{format_count(row['p10'])} and {format_count(row['p90'])} {escape_markdown(unit)} in 80% of them."
        )
    _show_scenario_finish(choice, scenario_rows.get_column("scenario").to_list())
    with st.expander("The numbers, and where each input comes from"):
        number = st.column_config.NumberColumn
        show_frame(
            scenario_rows.select("scenario", "p10", "p50", "p90", "p50_error", "inputs").to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "scenario": st.column_config.TextColumn("Scenario", pinned=True),
                "p10": number("Low (1 in 10 below)", format="%,.1f"),
                "p50": number("Middle", format="%,.1f"),
                "p90": number("High (1 in 10 above)", format="%,.1f"),
                "p50_error": number(
                    "± by chance of drawing",
                    format="%,.1f",
                    help="How far other random numbers would move the middle.",
                ),
                "inputs": st.column_config.TextColumn("Inputs that differ", width="large"),
            },
            alt="Scenarios with their range and inputs",
            key="scenarios-table",
        )


def _show_scenario_finish(choice: Choice, scenarios: list[str]) -> None:
    """Say when each backlog is done in each scenario, everybody labeling as many hours a week as so far."""
    lines = []
    for scenario in scenarios:
        finish = read_figure("finish_date", choice.filters, options=name_scenario(scenario))
        for row in finish.rows.iter_rows(named=True):
            head = f"**{escape_markdown(scenario)}**, {escape_markdown(str(row['project']))}"
            lines.append(f"- {head}: {escape_markdown(describe_finish(row))}")
    if lines:
        st.markdown("\n".join(["Backlog done, at the hours a week of today:", "", *lines]))


def name_scenario(scenario: str) -> Options:
    """Return the options of a figure for a scenario of a comparison."""
    return () if scenario == MEASURED_NAME else (("scenario", scenario),)


def _list_projects() -> list[str]:
    return sorted(list_values("label_progress", "project"), key=str.casefold)


def show_finish_dates(choice: Choice) -> None:
    """Write when each backlog is done; nothing where none is entered."""
    figure = read_figure("finish_date", choice.filters)
    if figure.unavailable:
        return
    with st.container(border=True):
        show_title("When is the backlog done?", figure, "finish")
        for row in figure.rows.iter_rows(named=True):
            st.markdown(f"**{escape_markdown(str(row['project']))}**: {escape_markdown(describe_finish(row))}")


def describe_finish(row: Mapping[str, Any]) -> str:
    """Return the middle day and the range of a backlog, or why there is none."""
    if row["p50_on"] is None:
        return str(row["words"])
    last = format_day(row["p90_on"]) if row["p90_on"] else "later than five years from now"
    is_same_year = row["p90_on"] and row["p90_on"].year == row["p10_on"].year  # and that of the middle
    write_day = format_week if is_same_year else format_day
    middle, first = write_day(row["p50_on"]), write_day(row["p10_on"])
    return f"{format_count(row['items'])} items, about {middle} ({first} to {last})"


def show_backlogs(choice: Choice) -> None:
    """Say how many people each backlog takes by a day, and let the lead edit the backlogs."""
    with st.container(border=True):
        by_on = st.session_state.get("finish-by")
        figure = read_figure("finish_date", choice.filters, options=(("by_on", by_on),) if by_on else ())
        show_title("How many people does the backlog take?", figure, "people")
        if figure.unavailable:
            st.caption("Enter below how many items are still to be labeled; the pace is the team's own.")
        else:
            st.date_input("To be done by", value=None, key="finish-by", format=typed_format("YYYY/MM/DD"), width=260)
            for row in figure.rows.iter_rows(named=True):
                st.markdown(f"**{escape_markdown(str(row['project']))}**: {escape_markdown(str(row['words']))}")
        with st.expander("Write backlogs", expanded=count_unsaved("backlogs-rows") > 0, key="backlogs-edit"):
            try:
                show_saved_message(BACKLOG_SHEET.name)
                edit_sheet(BACKLOG_SHEET, "What is still to be labeled, by project")
            except DashboardError as error:
                show_error(error)


def show_issued_projections(choice: Choice, project: str) -> None:
    """List issued projections, and issue a new one."""
    figure = read_figure("issued_projections", choice.filters)
    with st.container(border=True):
        show_title("Issued projections", figure, "issued")
        st.caption(
            "An issued projection stays as it was, however the data or the rules change later, "
            "and is scored when its date comes."
        )
        show_saved_message("issued")
        _issue_projection(project)
        if not figure.unavailable:
            _show_issued_table(figure.rows)


def _issue_projection(project: str) -> None:
    names = _list_projects()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        index = names.index(project) if project in names else 0
        selected = st.selectbox("Project", names, index=index, key="issue-project", width=260)
        weeks = st.number_input("Weeks ahead", 1, 104, 12, key="issue-weeks", width=120)
        is_requested = st.button("Issue this projection", key="issue", icon=":material/push_pin:")
    if is_requested and selected:
        try:
            number = issue_projection(open_store(), selected, int(weeks), today=utc_today())
        except DashboardError as error:
            show_error(error)
        else:
            rerun_with_message("issued", f"Projection {number} is issued.")


def _show_issued_table(rows: pl.DataFrame) -> None:
    """List what was projected, what came, and which inputs changed since."""
    number = st.column_config.NumberColumn
    show_frame(
        rows.with_columns(pl.col("quantity").replace(ISSUED_LABELS)).select(
            "projection_id", "issued_at", "project", "scenario", "quantity", "first_on", "last_on", "p10", "p50", "p90",
            "state", "actual", "inside", "gate", "moved", "moved_words", "seed", "inputs_hash",
        ).to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config={
            "projection_id": number("No.", pinned=True),
            "issued_at": st.column_config.DatetimeColumn("Issued (UTC)", format="D MMM YYYY, HH:mm"),
            "project": "Project",
            "scenario": "Scenario",
            "quantity": "Quantity",
            "first_on": st.column_config.DateColumn("From"),
            "last_on": st.column_config.DateColumn("To"),
            "p10": number("Low (1 in 10 below)", format="%,.2f"),
            "p50": number("Middle", format="%,.2f"),
            "p90": number("High (1 in 10 above)", format="%,.2f"),
            "state": "State",
            "actual": number("Actual", format="%,.2f"),
            "inside": "Within range",
            "gate": "Track record at issue",
            "moved": number("Inputs changed since"),
            "moved_words": st.column_config.TextColumn("Which", width="large"),
            "seed": number("Seed", format="%d"),
            "inputs_hash": "Input hash",
        },
        alt="Issued projections, and what came",
        key="issued-table",
    )  # fmt: skip
