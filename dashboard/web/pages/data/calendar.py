"""Calendar: the first day of the week and the first month of the fiscal year."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.calendar import CALENDAR_SHEET
from dashboard.web.cached_store import open_store, read_sheet
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import rerun_with_message, show_saved_message


def show_calendar() -> None:
    """Draw the section."""
    show_saved_message(CALENDAR_SHEET.name)
    st.subheader(CALENDAR_SHEET.title, anchor=False)
    st.markdown(CALENDAR_SHEET.help)
    current = read_sheet(CALENDAR_SHEET).row(0, named=True)
    with st.form("calendar", border=True, enter_to_submit=False):
        row = {
            field.name: st.selectbox(
                field.title, field.choices, index=field.choices.index(current[field.name]), key=f"calendar-{field.name}"
            )
            for field in CALENDAR_SHEET.fields
        }
        is_saved = st.form_submit_button("Save", type="primary", icon=":material/save:", key="calendar-save")
    if is_saved:
        try:
            CALENDAR_SHEET.save(open_store(), [row], None)
        except DashboardError as error:
            show_error(error)
        else:
            rerun_with_message(CALENDAR_SHEET.name, CALENDAR_SHEET.saved)
