"""Plans: scenarios side by side, the backlog and when it is done, and projections written down for good."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import forecast as charts
from dashboard.errors import DashboardError
from dashboard.figures import forecast_issued
from dashboard.mapping import backlogs
from dashboard.mapping import scenarios as kept
from dashboard.pages import forecast_try, reading, sheet, shown
from dashboard.pages.bar import Choice

QUANTITIES = {"hours": "Labeling hours", "saved_hours": "Hours saved", "net_hours": "Hours saved, net", "cash": "Money"}

SAID = {"hours_per_item": "Hours an item", "hours": "Labeling hours", "saved_hours": "Hours saved", "items": "Items"}


def scenarios(choice: Choice, project: str) -> None:
    """Draw the saved scenarios side by side, and let the lead write them."""
    figure = reading.read("scenario_comparison", choice.filters)
    with st.container(border=True):
        shown.head("What if?", figure, "scenarios")
        st.caption("Every scenario meets the same draws of weeks, so that only the plans differ.")
        if figure.refused:
            st.caption(
                "No scenario is saved yet. Write what you would change below; what you leave out stays as measured."
            )
        else:
            _compared(figure.rows)
        sheet.saved("scenarios")
        forecast_try.show(choice, project)
        with st.expander("Write scenarios", key="scenarios-edit"):
            try:
                _edit_scenarios()
                sheet.upload("scenarios", "all scenarios", kept.load_scenarios)
            except DashboardError as error:
                shown.box(error)


def _compared(rows: pl.DataFrame) -> None:
    there = [name for name in QUANTITIES if name in set(rows.get_column("quantity"))]
    quantity = str(
        st.segmented_control(
            "Of what",
            there,
            default=there[0],
            required=True,
            key="scenarios-of",
            format_func=lambda name: QUANTITIES[name],
        )
    )
    own = rows.filter(kind="scenario", quantity=quantity)
    unit = str(own.item(0, "unit"))
    alt = f"Points with ranges: {QUANTITIES[quantity]} in each scenario."
    drawn = own.select("scenario", "p10", "p50", "p90")
    shown.chart(drawn, charts.scenarios(shown.mode(), f"{QUANTITIES[quantity]}, {unit}"), alt, "scenarios")
    better = "takes fewer hours than" if quantity == "hours" else "brings more than"
    for row in rows.filter(kind="pair", quantity=quantity).iter_rows(named=True):
        st.markdown(
            f"**{shown.literal(str(row['scenario']))}** {better} {shown.literal(str(row['than']))} in "
            f"{theme.percent(row['probability'])} of simulated outcomes; the difference lies between "
            f"{row['p10']:,.0f} and {row['p90']:,.0f} {shown.literal(unit)} in 80 % of them."
        )
    with st.expander("The numbers, and where each input comes from"):
        number = st.column_config.NumberColumn
        st.dataframe(
            own.select("scenario", "p10", "p50", "p90", "p50_error", "inputs").to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "scenario": st.column_config.TextColumn("Scenario", pinned=True),
                "p10": number("P10", format="%,.1f"),
                "p50": number("P50", format="%,.1f"),
                "p90": number("P90", format="%,.1f"),
                "p50_error": number(
                    "± by chance", format="%,.1f", help="Monte Carlo error of P50: another seed moves it so."
                ),
                "inputs": st.column_config.TextColumn("Inputs that differ", width="large"),
            },
            alt="Scenarios with their range and inputs",
            key="scenarios-table",
        )


def _edit_scenarios() -> None:
    cells = st.column_config
    st.caption("One row an input. Inputs: " + "; ".join(f"{name}: {unit}" for name, unit in kept.INPUTS.items()) + ".")
    columns: sheet.Columns = {
        "scenario": cells.TextColumn("Scenario"),
        "project": sheet.choices("Project", ["", *_projects()], help="Empty: every project."),
        "input": sheet.choices("Input", list(kept.INPUTS)),
        "value": cells.NumberColumn("Value"),
        "low": cells.NumberColumn("Low", help="80 % lie between low and high; empty: taken for certain."),
        "high": cells.NumberColumn("High"),
        "origin": sheet.choices("Origin", list(kept.ORIGINS), help="Empty: assumed."),
        "as_of": cells.DateColumn("As of"),
        "source": cells.TextColumn("Source"),
        "note": cells.TextColumn("Note"),
    }
    known = kept.scenarios_frame(reading.store())
    with sheet.form("scenarios-form"):
        rows = sheet.editor("scenarios", known, columns, "Inputs by scenario and project")
        asked = st.form_submit_button("Save the scenarios", type="primary", key="scenarios-save")
    shown.download("Download as CSV", known, "scenarios.csv", "scenarios-csv")
    if asked:
        count = kept.save_rows(reading.store(), rows)
        sheet.done("scenarios", f"{count:,} scenarios kept.")


def _projects() -> list[str]:
    return sorted(reading.values("label_progress", "project"), key=str.casefold)


def finish(choice: Choice) -> None:
    """Draw when each backlog is done and how many people it takes, and let the lead write the backlogs."""
    with st.container(border=True):
        by_on = st.session_state.get("finish-by")
        options = (("by_on", by_on),) if by_on else ()
        figure = reading.read("finish_date", choice.filters, options=options)
        shown.head("When is the backlog done?", figure, "finish")
        if figure.refused:
            st.caption("Write below how many items are still to be labeled; the pace is the team's own.")
        else:
            st.date_input("How many people for a date?", value=None, key="finish-by", width=260)
            for row in figure.rows.iter_rows(named=True):
                st.markdown(f"**{shown.literal(str(row['project']))}**: {shown.literal(str(row['words']))}")
        with st.expander("Write backlogs", key="backlogs-edit"):
            try:
                _edit_backlogs()
            except DashboardError as error:
                shown.box(error)


def _edit_backlogs() -> None:
    cells = st.column_config
    columns: sheet.Columns = {
        "project": sheet.choices("Project", _projects()),
        "items": cells.NumberColumn("Items still to label", min_value=0, format="%d"),
        "from_on": cells.DateColumn("As of"),
        "items_per_week": cells.NumberColumn("Items a week", help="Empty: the team's own pace."),
        "team_size": cells.NumberColumn("People", help="Empty: as in the last twelve weeks."),
    }
    sheet.saved("backlogs")
    known = backlogs.backlogs_frame(reading.store())
    with sheet.form("backlogs-form"):
        rows = sheet.editor("backlogs", known, columns, "What is still to be labeled, by project")
        asked = st.form_submit_button("Save the backlogs", type="primary", key="backlogs-save")
    if asked:
        count = backlogs.save_rows(reading.store(), rows)
        sheet.done("backlogs", f"{count:,} backlogs kept.")


def issued(choice: Choice, project: str) -> None:
    """List projections that were written down, and write down a new one."""
    figure = reading.read("issued_projections", choice.filters)
    with st.container(border=True):
        shown.head("Projections written down", figure, "issued")
        st.caption(
            "A projection you promise somebody is kept as it was said, whatever the data or the rules become later, "
            "and scored when its date comes."
        )
        sheet.saved("issued")
        _issue(project)
        if not figure.refused:
            _listed(figure.rows)


def _issue(project: str) -> None:
    names = _projects()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = names.index(project) if project in names else 0
        chosen = st.selectbox("Project", names, index=place, key="issue-project", width=260)
        weeks = st.number_input("Weeks ahead", 1, 104, 12, key="issue-weeks", width=120)
        asked = st.button("Write down this projection", key="issue", icon=":material/push_pin:")
    if asked and chosen:
        try:
            number = forecast_issued.issue(reading.store(), chosen, int(weeks), today=reading.today())
        except DashboardError as error:
            shown.box(error)
        else:
            sheet.done("issued", f"Projection {number} is kept.")


def _listed(rows: pl.DataFrame) -> None:
    """List what was said, what came, and which inputs moved since."""
    number = st.column_config.NumberColumn
    st.dataframe(
        rows.with_columns(pl.col("quantity").replace(SAID)).select(
            "projection_id", "issued_at", "project", "scenario", "quantity", "first_on", "last_on", "p10", "p50", "p90",
            "state", "actual", "inside", "gate", "moved", "moved_words", "seed", "inputs_hash",
        ).to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config={
            "projection_id": number("No.", pinned=True),
            "issued_at": st.column_config.DatetimeColumn("Written down, UTC", format="D MMM YYYY, HH:mm"),
            "project": "Project",
            "scenario": "Scenario",
            "quantity": "Of what",
            "first_on": st.column_config.DateColumn("From"),
            "last_on": st.column_config.DateColumn("To"),
            "p10": number("P10", format="%,.2f"),
            "p50": number("P50", format="%,.2f"),
            "p90": number("P90", format="%,.2f"),
            "state": "State",
            "actual": number("Came", format="%,.2f"),
            "inside": "Within",
            "gate": "Track record then",
            "moved": number("Inputs moved since"),
            "moved_words": st.column_config.TextColumn("Which", width="large"),
            "seed": number("Seed", format="%d"),
            "inputs_hash": "Hash of the inputs",
        },
        alt="Projections as they were written down, and what came",
        key="issued-table",
    )  # fmt: skip
