"""People: who is who across tools, in which team, in which role, with how many weekly hours."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.filters import ROLES
from dashboard.importers.discover import name_sources
from dashboard.settings.aliases import accept_aliases, propose_aliases
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.time_off import TIME_OFF_SHEET
from dashboard.units import format_count
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_download, show_error
from dashboard.web.editable_sheet import (
    build_columns,
    drop_empty_rows,
    edit_frame,
    edit_sheet,
    rerun_with_message,
    show_saved_message,
    show_upload,
    track_shown,
)
from dashboard.web.routes import show_page_link
from dashboard.web.unsaved_edits import discard_edits, show_unsaved

USUAL_HOURS = 40.0
PEOPLE_TABLE, PROPOSALS = "people", "aliases"
*NAMED_ROLES, UNKNOWN_ROLE = ROLES
FIRST_COLUMNS = ("name", "role", "weekly_hours", "team")  # a phone has place for them


def show_people() -> None:
    """Draw the section."""
    show_saved_message(PEOPLE_TABLE)
    if error := st.session_state.pop("people-refused", None):
        show_error(error)
    try:
        if _show_proposals() and PEOPLE_SHEET.list_rows(open_store()).is_empty():
            return  # an empty table below them would ask for the same names again
        _edit_people()
        _edit_time_off()
    except DashboardError as error:
        show_error(error)


def _show_proposals() -> bool:
    """Offer names that are matched to nobody, and return whether there are any; a match counts only once confirmed."""
    if propose_aliases(open_store()).is_empty():
        return False
    st.subheader("Names to match", anchor=False)
    st.markdown(
        "These names occur in imported files but belong to nobody yet. Correct the person where the proposal is wrong, "
        "untick what should wait, and confirm."
    )
    _edit_proposals()
    return True


@st.fragment
def _edit_proposals() -> None:
    """Draw the proposals and their button; a mistake becomes a message and loses no input."""
    rows = propose_aliases(open_store()).select(
        pl.lit(value=True).alias("confirm"),
        "alias",
        "person",
        "reason",
        source=pl.col("source").map_elements(name_sources, return_dtype=pl.String),
        hours=pl.col("seconds") / 3600,
    )
    edited = edit_frame(
        PROPOSALS,
        rows,
        {
            "confirm": st.column_config.CheckboxColumn("Confirm"),
            "alias": "Name in the file",
            "person": "Person",
            "reason": "Why",
            "source": "Tools",
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
        },
        "Proposed matches of names to people",
        identity=["alias"],
        disabled=["alias", "reason", "source", "hours"],
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_confirmed = st.button("Confirm the ticked names", type="primary", key="aliases-confirm")
        show_unsaved(PROPOSALS)
    ticked = edited.filter(pl.col("confirm")).select("alias", "person")
    if is_confirmed and not ticked.is_empty():
        try:
            count = accept_aliases(open_store(), ticked)
        except DashboardError as error:
            show_error(error)
        else:
            discard_edits(PROPOSALS)
            rerun_with_message(PEOPLE_TABLE, f"{count} names matched.")


def _edit_people() -> None:
    """Offer what people lack in a click each, and edit all of them in one table."""
    st.subheader(PEOPLE_SHEET.title, anchor=False)
    people = PEOPLE_SHEET.list_rows(open_store())
    _offer_roles(people)
    _offer_hours(people)
    if is_complete(people):
        show_page_link(
            "reports", "Everybody has a role and weekly hours. See the report", icon=":material/description:"
        )
    st.markdown(PEOPLE_SHEET.help)
    _edit_people_rows()


@st.fragment
def _edit_people_rows() -> None:
    """Draw the table and its buttons; a mistake becomes a message and loses no input."""
    shown = track_shown(PEOPLE_SHEET)
    people = PEOPLE_SHEET.list_rows(open_store())
    frame = people if not people.is_empty() else _build_blank_row()
    columns = build_columns(PEOPLE_SHEET.fields)
    edited = edit_frame(
        PEOPLE_TABLE,
        frame.select(PEOPLE_SHEET.columns),
        columns,
        "People with team, role and weekly hours",
        order=[*FIRST_COLUMNS, *(name for name in PEOPLE_SHEET.columns if name not in FIRST_COLUMNS)],
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_submitted = st.button("Save the people", type="primary", key="people-save")
        show_unsaved(PEOPLE_TABLE)
        show_download("Download as CSV", people, "people.csv", "people-csv")
    if is_submitted:
        try:
            count = PEOPLE_SHEET.replace_shown(open_store(), drop_empty_rows(edited).to_dicts(), shown)
        except DashboardError as error:
            show_error(error)
        else:
            discard_edits(PEOPLE_TABLE)
            rerun_with_message(PEOPLE_TABLE, f"{count} people saved.")


def _edit_time_off() -> None:
    """Edit time off, once there is anybody to have it."""
    if PEOPLE_SHEET.list_rows(open_store()).is_empty():
        return
    st.subheader(TIME_OFF_SHEET.title, anchor=False)
    st.markdown(TIME_OFF_SHEET.help)
    show_saved_message(TIME_OFF_SHEET.name)
    edit_sheet(TIME_OFF_SHEET, "Time off by person, first and last day")
    show_upload(TIME_OFF_SHEET)


def _offer_roles(people: pl.DataFrame) -> None:
    """Offer to give people without a role one together: tick who has the same, then press it."""
    names = people.filter(pl.col("role") == UNKNOWN_ROLE).get_column("name").unique(maintain_order=True).to_list()
    if not names:
        return
    key = f"people-roles-{open_store().generation()}"
    with st.container(border=True):
        ticked = st.pills(
            f"{_count_people(len(names))} without a role. Tick those who have the same one, then press it.",
            names,
            default=names,
            selection_mode="multi",
            key=key,
        )
        with st.container(horizontal=True):
            for role in NAMED_ROLES:
                st.button(
                    role.capitalize(),
                    key=f"role-{role}",
                    disabled=not ticked,
                    on_click=_give_role,
                    args=(people, key, role),
                )


def _give_role(people: pl.DataFrame, key: str, role: str) -> None:
    """Give a role to those who were ticked, as the browser showed them; for a button."""
    ticked = list(st.session_state.get(key, []))
    has_role = pl.col("name").is_in(ticked)
    edited = people.with_columns(role=pl.when(has_role).then(pl.lit(role)).otherwise("role"))
    _replace_people(edited, people, f"{_count_people(len(ticked))} now {role}.")


def _offer_hours(people: pl.DataFrame) -> None:
    """Offer the same weekly hours for everybody who has none."""
    is_open = pl.col("weekly_hours").is_null()
    count = people.filter(is_open).get_column("name").n_unique()
    if not count:
        return
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        hours = st.number_input("Weekly hours", 0.5, 168.0, USUAL_HOURS, 0.5, key="people-hours", width=140)
        label = f"Set for the {_count_people(count)} without weekly hours"
        edited = people.with_columns(pl.col("weekly_hours").fill_null(hours))
        message = f"{_count_people(count)} with {hours:g} weekly hours now."
        st.button(
            label,
            key="people-hours-save",
            icon=":material/schedule:",
            on_click=_replace_people,
            args=(edited, people, message),
        )


def _replace_people(edited: pl.DataFrame, shown: pl.DataFrame, message: str) -> None:
    """Save people in place of those the browser showed; for a button, whose run would begin on newer ones."""
    try:
        PEOPLE_SHEET.replace_shown(open_store(), edited.to_dicts(), shown)
    except DashboardError as error:
        st.session_state["people-refused"] = error
    else:
        st.session_state[f"{PEOPLE_TABLE}-saved"] = message


def is_complete(people: pl.DataFrame) -> bool:
    """Return whether there is anybody, and everybody has a role and weekly hours."""
    is_open = (pl.col("role") == UNKNOWN_ROLE) | pl.col("weekly_hours").is_null()
    return not people.is_empty() and people.filter(is_open).is_empty()


def _count_people(count: int) -> str:
    """Return a number of people in words."""
    return "1 person" if count == 1 else f"{format_count(count)} people"


def _build_blank_row() -> pl.DataFrame:
    """Return one empty row to start with."""
    return pl.DataFrame({name: [None] for name in PEOPLE_SHEET.columns}, schema=PEOPLE_SHEET.schema)
