"""A note pinned where its chart is: one day, what happened, and which project it is about."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.filters import Filters
from dashboard.mapping import notes
from dashboard.pages import places, reading, sheet, shown
from dashboard.theme import day

EVERY = "All projects"


def offer(filters: Filters, key: str) -> None:
    """Offer to pin a note; it is refused in words, and what was typed stays then."""
    name = f"{key}-note"
    sheet.saved(name)
    with st.popover("Pin a note", icon=":material/push_pin:", type="tertiary", key=f"{name}-pin"):
        turn = st.session_state.setdefault(f"{name}-turn", 0)
        with sheet.form(f"{name}-form-{turn}"):
            day_on = st.date_input("Day", last_day(filters), format="YYYY-MM-DD", key=f"{name}-day-{turn}")
            said = st.text_input("What happened", max_chars=notes.LONGEST, key=f"{name}-text-{turn}")
            project = st.selectbox("Project", [EVERY, *projects()], key=f"{name}-project-{turn}")
            asked = st.form_submit_button("Pin it", type="primary", key=f"{name}-save")
        places.link("data", "Edit all notes", {"section": "Plans"})
        if asked:
            pin(name, day_on, "" if project == EVERY else str(project), said)


def pin(name: str, day_on: date | None, project: str, said: str) -> None:
    """Save a note and empty the form, or say what is wrong with it."""
    row = {"day_on": day_on.isoformat() if day_on else "", "project": project, "text": said}
    try:
        pinned_on = notes.add_row(reading.store(), row)
    except DashboardError as error:
        shown.box(error)
        return
    st.session_state[f"{name}-turn"] += 1
    sheet.done(name, f"Note pinned to {day(pinned_on)}. Charts that show this day mark it.")


def projects() -> list[str]:
    """Return the projects of the time log, which this page has read anyway."""
    return sorted(name for name in reading.values("hours_by_project", "project") if not name.startswith("("))


def last_day(filters: Filters) -> date | None:
    """Return the last day that is shown and known."""
    known = reading.known_days()
    last = known[1] if known else None
    return min(filters.to_on, last) if filters.to_on and last else filters.to_on or last
