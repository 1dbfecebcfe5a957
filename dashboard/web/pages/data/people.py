"""People: who is who across tools, in which team, in which role, with how many weekly hours."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.aliases import accept_aliases, propose_aliases
from dashboard.settings.people import PEOPLE_COLUMNS, ROLES, read_people, save_people_frame
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_download, show_error
from dashboard.web.editable_sheet import drop_empty_rows

_TEXT_COLUMNS = ("name", "aliases", "team", "role", "zone")
_DAY_COLUMNS = ("from_on", "active_from", "active_to")


def show_people_tab() -> None:
    """Draw the tab."""
    message = st.session_state.pop("people-saved", None)
    if message:
        st.success(message, icon=":material/check:")
    try:
        _show_proposals()
        _edit_people()
    except DashboardError as error:
        show_error(error)


def _show_proposals() -> None:
    """Offer names that are matched to nobody; a match counts only once confirmed."""
    proposed = propose_aliases(open_store())
    if proposed.is_empty():
        return
    st.subheader("Names to match", anchor=False)
    st.markdown(
        "These names occur in imported files but belong to nobody yet. Correct the person where the proposal is wrong, "
        "untick what should wait, and confirm."
    )
    rows = proposed.select(
        pl.lit(value=True).alias("confirm"), "alias", "person", "reason", "source", hours=pl.col("seconds") / 3600
    )
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=["alias", "reason", "source", "hours"],
        column_config={
            "confirm": st.column_config.CheckboxColumn("Confirm"),
            "alias": "Name in the file",
            "person": st.column_config.TextColumn("Person", required=True),
            "reason": "Why",
            "source": "Tools",
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
        },
        key=f"aliases-{open_store().generation()}",
        alt="Proposed matches of names to people",
    )
    if st.button("Confirm the ticked names", type="primary", key="aliases-confirm"):
        ticked = edited.filter(pl.col("confirm")).select("alias", "person")
        if not ticked.is_empty():
            count = accept_aliases(open_store(), ticked)
            st.session_state["people-saved"] = f"{count} names matched."
            st.rerun()


def _edit_people() -> None:
    """Edit all people in one table."""
    st.subheader("People", anchor=False)
    st.markdown(
        "Coverage and FTE need weekly hours; the engineers' share needs roles. Aliases are separated by `;`. "
        "A second row of the same name with another day changes the weekly hours from that day on."
    )
    people = read_people(open_store())
    frame = people if not people.is_empty() else _build_blank_row()
    edited = st.data_editor(
        frame.select(PEOPLE_COLUMNS),
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn("Name", pinned=True),
            "aliases": st.column_config.TextColumn("Also called", help="Names in tools, separated by ;"),
            "team": "Team",
            "role": st.column_config.SelectboxColumn("Role", options=list(ROLES)),
            "zone": st.column_config.TextColumn("Time zone", help="Such as Europe/Berlin"),
            "weekly_hours": st.column_config.NumberColumn("Weekly hours", min_value=0, max_value=168),
            "from_on": st.column_config.DateColumn("Hours valid from"),
            "active_from": st.column_config.DateColumn("Active from"),
            "active_to": st.column_config.DateColumn("Active until"),
        },
        key=f"people-{open_store().generation()}",
        alt="People with team, role and weekly hours",
    )
    with st.container(horizontal=True):
        if st.button("Save the people", type="primary", key="people-save"):
            count = save_people_frame(open_store(), drop_empty_rows(edited))
            st.session_state["people-saved"] = f"{count} people saved."
            st.rerun()
        show_download("Download as CSV", people, "people.csv", "people-csv")


def _build_blank_row() -> pl.DataFrame:
    """Return one empty row to start with."""
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(_TEXT_COLUMNS, pl.String)
    schema |= {"weekly_hours": pl.Float64} | dict.fromkeys(_DAY_COLUMNS, pl.Date)
    empty: dict[str, list[str | float | date | None]] = {name: [None] for name in schema}
    return pl.DataFrame(empty, schema=schema)
