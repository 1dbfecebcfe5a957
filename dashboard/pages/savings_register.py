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
TITLES = {
    "automation": "Automations",
    "rollout": "Rollouts",
    "cost": "Running costs",
    "effort": "Hours from time entries",
}
WORDS = {
    "automation": "One row for each. Setup hours typed here count on the day of the rollout.",
    "rollout": "From which day on, in which project; a person only if it did not begin for everybody on one day. "
    "Without this day nothing can be compared.",
    "cost": "Compute, licences, tokens: once, or a month for as long as it runs. Currencies are never added.",
    "effort": "Where setup or upkeep is tracked: time entries with one of these texts (separated by `|`) count.",
}


def show() -> None:
    """Draw the card: what the register is for, its tables, their dry run, and CSV in and out."""
    with st.container(border=True):
        st.subheader("The register of automations", anchor=False)
        sheet.saved("automations")
        st.markdown(
            "Labels whose log does not say how they were made get their method from here: which automation helped "
            "whom since when. Setup hours and running costs come off what it saved."
        )
        try:
            found = automations.register(reading.store())
            is_new = found["automation"].is_empty()
            if is_new:
                first_words()
            with st.expander("Edit the register", expanded=is_new, key="register-edit"):
                edit(found)
        except DashboardError as error:
            shown.box(error)


def first_words() -> None:
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


def edit(found: automations.Register) -> None:
    """Draw the tables with their buttons; a mistake becomes a message, and what was typed stays."""
    rows: dict[str, list[Row]] = {}
    configured = columns(found)
    with sheet.form("register-form"):
        for table, tab in zip(TITLES, st.tabs(list(TITLES.values()), key="register-table"), strict=True):
            with tab:
                st.caption(WORDS[table])
                rows[table] = sheet.editor(
                    f"register-{table}", found[table], configured[table], f"{TITLES[table]}: edit"
                )
        with st.container(horizontal=True):
            tried = st.form_submit_button(
                "Try out", icon=":material/science:", key="automations-try", help="Counts labels that would change."
            )
            kept = st.form_submit_button("Save the register", type="primary", key="automations-save")
    try:
        if tried:
            sheet.moves(automations.dry_run(reading.store(), joined(rows)), "automations-moves")
        elif kept:
            count = automations.save_automations(reading.store(), joined(rows))
            sheet.done("automations", f"{count:,} automations in force; every label's method was decided anew.")
        shown.download(
            "Download as CSV", automations.automations_frame(reading.store()), "automations.csv", "automations-sheet"
        )
        sheet.upload("automations", NOUN, automations.load_automations)
    except DashboardError as error:
        shown.box(error)


def joined(rows: Mapping[str, list[Row]]) -> pl.DataFrame:
    """Return the rows of the tables as the one sheet that is tried and saved."""
    lines = [{**row, "row": table} for table, listed in rows.items() for row in listed]
    return pl.DataFrame(lines, schema=automations.automations_frame(reading.store()).schema, strict=False)


def columns(found: automations.Register) -> dict[str, sheet.Columns]:
    """Return how the columns of each table are shown and edited."""
    cells = st.column_config
    own = cells.TextColumn("Automation", pinned=True, help="As named in the first table.")
    begins, ends = cells.DateColumn("From"), cells.DateColumn("Until", help="Empty: still on.")
    projects = {*reading.values("label_progress", "project"), *reading.values("hours_by_project", "project")}
    projects |= {str(name) for name in found["rollout"].get_column("project")}
    return {
        "automation": {
            "automation": cells.TextColumn("Name", pinned=True),
            "technique": sheet.choices("Technique", list(automations.TECHNIQUES)),
            "applies": sheet.choices(
                "Helps with", list(automations.APPLIES), help="Every item since the rollout, or those the log marks."
            ),
            "setup_hours": cells.NumberColumn("Setup hours", min_value=0, format="%.1f"),
            "note": "Note",
        },
        "rollout": {
            "automation": own,
            "project": sheet.choices("Project", sorted(projects, key=str.casefold)),
            "person": cells.TextColumn("Person", help="Empty: everybody in the project."),
            "from_on": begins,
            "to_on": ends,
        },
        "cost": {
            "automation": own,
            "kind": sheet.choices("What", list(automations.COSTS)),
            "per": sheet.choices("Per", list(automations.PERS)),
            "amount": cells.NumberColumn("Amount", min_value=0, format="%.2f"),
            "currency": cells.TextColumn("Currency", max_chars=3, help="Three letters, such as EUR."),
            "from_on": begins,
            "to_on": ends,
        },
        "effort": {
            "automation": own,
            "kind": sheet.choices("Counts as", list(automations.EFFORTS)),
            "field": sheet.choices("Look at", list(automations.FIELDS)),
            "pattern": cells.TextColumn("Text", width="large"),
        },
    }
