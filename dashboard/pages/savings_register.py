"""The register of automations: what helps whom since when, what it took to set up, and what it costs to run."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.mapping import automations
from dashboard.mapping.amounts import Row
from dashboard.pages import reading, sheet, shown

NOUN = "the register"
TABLE_TITLES = {
    "automation": "Automations",
    "rollout": "Rollouts",
    "cost": "Running costs",
    "effort": "Hours from time entries",
}
TABLE_HELP = {
    "automation": "One row for each. Setup hours typed here count on the day of the rollout.",
    "rollout": "From which day on, in which project; a person only if it did not begin for everybody on one day. "
    "Without this day nothing can be compared.",
    "cost": "Compute, licences, tokens: once, or per month for as long as it runs. Currencies are never added.",
    "effort": "Where setup or upkeep is tracked: time entries with one of these texts (separated by `|`) count.",
}


def show_register() -> None:
    """Draw the card: what the register is for, its tables, their dry run, and CSV in and out."""
    with st.container(border=True):
        st.subheader("The register of automations", anchor=False)
        sheet.show_saved_message("automations")
        st.markdown(
            "Labels whose log does not say how they were made get their method from here: which automation helped "
            "whom since when. Setup hours and running costs are subtracted from what it saved."
        )
        try:
            register = automations.read_register(reading.open_store())
            is_new = register["automation"].is_empty()
            if is_new:
                show_introduction()
            with st.expander("Edit the register", expanded=is_new, key="register-edit"):
                edit_register(register)
        except DashboardError as error:
            shown.show_error(error)


def show_introduction() -> None:
    """Tell a first-time lead what to enter, and why."""
    st.info(
        "1. **Automations**: its name and technique; and whether it helped with every item since the rollout, or only "
        "with items that the log marks.\n"
        "2. **Rollouts**: the day it began in each project. Labels from before are what it is compared with.\n"
        "3. **Running costs** and setup hours: without them, the saving is gross.\n\n"
        "Then press Try out: it counts the labels that would change their method, and saves nothing.",
        title="Nothing is registered yet",
        icon=":material/info:",
    )


def edit_register(register: automations.Register) -> None:
    """Draw the tables with their buttons; a mistake becomes a message and loses no input."""
    rows: dict[str, list[Row]] = {}
    column_configs = build_columns(register)
    with sheet.sheet_form("register-form"):
        for table, tab in zip(TABLE_TITLES, st.tabs(list(TABLE_TITLES.values()), key="register-table"), strict=True):
            with tab:
                st.caption(TABLE_HELP[table])
                rows[table] = sheet.edit_rows(
                    f"register-{table}", register[table], column_configs[table], f"{TABLE_TITLES[table]}: edit"
                )
        with st.container(horizontal=True):
            is_dry_run = st.form_submit_button(
                "Try out", icon=":material/science:", key="automations-try", help="Counts labels that would change."
            )
            is_submitted = st.form_submit_button("Save the register", type="primary", key="automations-save")
    try:
        if is_dry_run:
            sheet.show_label_moves(
                automations.preview_register(reading.open_store(), join_tables(rows)), "automations-moves"
            )
        elif is_submitted:
            count = automations.save_automations_frame(reading.open_store(), join_tables(rows))
            sheet.rerun_with_message(
                "automations", f"{count:,} automations in force; every label's method was decided anew."
            )
        shown.show_download(
            "Download as CSV",
            automations.read_automations(reading.open_store()),
            "automations.csv",
            "automations-sheet",
        )
        sheet.show_upload("automations", NOUN, automations.load_automations_csv)
    except DashboardError as error:
        shown.show_error(error)


def join_tables(rows: Mapping[str, list[Row]]) -> pl.DataFrame:
    """Return the rows of the tables as the one sheet that is tried and saved."""
    lines = [{**row, "row": table} for table, table_rows in rows.items() for row in table_rows]
    return pl.DataFrame(lines, schema=automations.read_automations(reading.open_store()).schema, strict=False)


def build_columns(register: automations.Register) -> dict[str, sheet.Columns]:
    """Return how the columns of each table are shown and edited."""
    cells = st.column_config
    automation_column = cells.TextColumn("Automation", pinned=True, help="As named in the first table.")
    from_column, to_column = cells.DateColumn("From"), cells.DateColumn("Until", help="Empty: still on.")
    projects = {*reading.list_values("label_progress", "project"), *reading.list_values("hours_by_project", "project")}
    projects |= {str(name) for name in register["rollout"].get_column("project")}
    return {
        "automation": {
            "automation": cells.TextColumn("Name", pinned=True),
            "technique": sheet.choice_column("Technique", list(automations.TECHNIQUES)),
            "applies": sheet.choice_column(
                "Helps with", list(automations.APPLIES_TO), help="Every item since the rollout, or those the log marks."
            ),
            "setup_hours": cells.NumberColumn("Setup hours", min_value=0, format="%.1f"),
            "note": "Note",
        },
        "rollout": {
            "automation": automation_column,
            "project": sheet.choice_column("Project", sorted(projects, key=str.casefold)),
            "person": cells.TextColumn("Person", help="Empty: everybody in the project."),
            "from_on": from_column,
            "to_on": to_column,
        },
        "cost": {
            "automation": automation_column,
            "kind": sheet.choice_column("What", list(automations.COST_KINDS)),
            "per": sheet.choice_column("Per", list(automations.COST_PERIODS)),
            "amount": cells.NumberColumn("Amount", min_value=0, format="%.2f"),
            "currency": cells.TextColumn("Currency", max_chars=3, help="Three letters, such as EUR."),
            "from_on": from_column,
            "to_on": to_column,
        },
        "effort": {
            "automation": automation_column,
            "kind": sheet.choice_column("Counts as", list(automations.EFFORT_KINDS)),
            "field": sheet.choice_column("Look at", list(automations.EFFORT_FIELDS)),
            "pattern": cells.TextColumn("Text", width="large"),
        },
    }
