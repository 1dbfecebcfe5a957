"""Pin a note beside a chart: one day, what happened, and which project it is about."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.filters import Filters
from dashboard.settings.notes import MAX_NOTE_LENGTH, add_note
from dashboard.units import format_day
from dashboard.web.cached_store import list_names, open_store, read_tracked_days
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import rerun_with_message, show_saved_message
from dashboard.web.routes import show_page_link
from dashboard.web.tables import typed_format

ALL_PROJECTS = "All projects"


def show_note_form(filters: Filters, key: str) -> None:
    """Ask for a note to pin; a mistake becomes a message and loses no input."""
    name = f"{key}-note"
    version = st.session_state.setdefault(f"{name}-turn", 0)
    with st.form(f"{name}-form-{version}", border=False, enter_to_submit=False):
        day_on = st.date_input("Day", find_last_day(filters), format=typed_format(), key=f"{name}-day-{version}")
        text = st.text_input("What happened", max_chars=MAX_NOTE_LENGTH, key=f"{name}-text-{version}")
        project = st.selectbox("Project", [ALL_PROJECTS, *list_projects()], key=f"{name}-project-{version}")
        is_submitted = st.form_submit_button("Pin a note", type="primary", key=f"{name}-save")
    show_page_link("data", "Edit all notes", {"section": "Set-up", "sheet": "Plans"})
    if is_submitted:
        save_note(name, day_on, "" if project == ALL_PROJECTS else str(project), text)


def show_note_message(key: str) -> None:
    """Say that a note was pinned, after it was."""
    show_saved_message(f"{key}-note")


def save_note(name: str, day_on: date | None, project: str, text: str) -> None:
    """Save a note and empty the form, or say what is wrong with it."""
    row = {"day_on": day_on.isoformat() if day_on else "", "project": project, "text": text}
    try:
        pinned_on = add_note(open_store(), row)
    except DashboardError as error:
        show_error(error)
        return
    st.session_state[f"{name}-turn"] += 1
    rerun_with_message(name, f"Note pinned to {format_day(pinned_on)}. Charts that show this day mark it.")


def list_projects() -> list[str]:
    """Return the projects of the time log, which this page has already read."""
    return sorted(name for name in list_names("project", is_tracked=True) if not name.startswith("("))


def find_last_day(filters: Filters) -> date | None:
    """Return the last day shown that has data."""
    tracked_days = read_tracked_days()
    last_tracked = tracked_days[1] if tracked_days else None
    return min(filters.to_on, last_tracked) if filters.to_on and last_tracked else filters.to_on or last_tracked
