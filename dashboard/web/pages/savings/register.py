"""The register of automations: what helps whom since when, what it took to set up, and what it costs to run."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.automations import (
    AUTOMATION_SHEET,
    TABLE_FIELDS,
    Register,
    preview_register,
    read_automations,
    read_register,
)
from dashboard.settings.cells import Row
from dashboard.units import format_count
from dashboard.web.cached_store import list_names, list_values, open_store
from dashboard.web.components import show_download, show_error
from dashboard.web.editable_sheet import (
    Columns,
    build_columns,
    edit_rows,
    rerun_with_message,
    show_label_moves,
    show_saved_message,
    show_upload,
    track_shown,
)
from dashboard.web.unsaved_edits import count_unsaved, discard_edits, show_unsaved

TABLE_TITLES = {
    "automation": "Automations",
    "rollout": "Rollouts",
    "cost": "Running costs",
    "effort": "Hours from time entries",
}
TABLE_NAMES = tuple(f"register-{table}" for table in TABLE_TITLES)
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
        show_saved_message("automations")
        st.markdown(AUTOMATION_SHEET.help)
        try:
            is_new = read_register(open_store())["automation"].is_empty()
            if is_new:
                show_introduction()
            with st.expander(
                "Edit the register", expanded=is_new or count_unsaved(*TABLE_NAMES) > 0, key="register-edit"
            ):
                edit_register()
        except DashboardError as error:
            show_error(error)


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


@st.fragment
def edit_register() -> None:
    """Draw the tables with their buttons; a mistake becomes a message and loses no input."""
    rows: dict[str, list[Row]] = {}
    shown, register = track_shown(AUTOMATION_SHEET), read_register(open_store())
    column_configs = build_table_columns(register)
    for table, tab in zip(TABLE_TITLES, st.tabs(list(TABLE_TITLES.values()), key="register-table"), strict=True):
        with tab:
            st.caption(TABLE_HELP[table])
            rows[table] = edit_rows(
                f"register-{table}", register[table], column_configs[table], f"{TABLE_TITLES[table]}: edit"
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_dry_run = st.button(
            "Try out", icon=":material/science:", key="automations-try", help="Counts labels that would change."
        )
        is_submitted = st.button("Save the register", type="primary", key="automations-save")
        show_unsaved(*TABLE_NAMES)
    try:
        if is_dry_run:
            show_label_moves(preview_register(open_store(), join_tables(rows)), "automations-moves")
        elif is_submitted:
            count = AUTOMATION_SHEET.replace_shown(open_store(), join_tables(rows).to_dicts(), shown)
            discard_edits(*TABLE_NAMES)
            rerun_with_message(
                "automations", f"{format_count(count)} automations in force; every label's method was decided anew."
            )
        show_download(
            "Download as CSV",
            read_automations(open_store()),
            "automations.csv",
            "automations-sheet",
        )
        show_upload(AUTOMATION_SHEET)
    except DashboardError as error:
        show_error(error)


def join_tables(rows: Mapping[str, list[Row]]) -> pl.DataFrame:
    """Return the rows of the tables as the one sheet that is tried and saved."""
    lines = [{**row, "row": table} for table, table_rows in rows.items() for row in table_rows]
    return pl.DataFrame(lines, schema=read_automations(open_store()).schema, strict=False)


def build_table_columns(register: Register) -> dict[str, Columns]:
    """Return how the columns of each table are shown and edited."""
    projects = {*list_values("label_progress", "project"), *list_names("project", is_tracked=True)}
    projects |= {str(name) for name in register["rollout"].get_column("project")}
    names = sorted(projects, key=str.casefold)
    return {table: build_columns(table_fields, names) for table, table_fields in TABLE_FIELDS.items()}
