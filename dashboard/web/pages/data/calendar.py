"""Calendar and formats: first days of week and fiscal year; how numbers, days and money are written."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import ChangedMeanwhile, DashboardError
from dashboard.settings.calendar import CALENDAR_SHEET
from dashboard.settings.formats import FORMAT_SHEET
from dashboard.settings.sheet import Sheet
from dashboard.web.cached_store import open_store, read_sheet
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import begin_form, redraw_form, rerun_with_message, show_saved_message, track_shown


def show_calendar() -> None:
    """Draw the section."""
    for sheet in (CALENDAR_SHEET, FORMAT_SHEET):
        show_choices(sheet)


def show_choices(sheet: Sheet) -> None:
    """Draw a sheet of one row, whose columns are all choices, as a form."""
    show_saved_message(sheet.name)
    st.subheader(sheet.title, anchor=False)
    st.markdown(sheet.help)
    shown = track_shown(sheet)
    turn, edits = begin_form(sheet.name)
    initial = {**read_sheet(sheet).row(0, named=True), **edits}
    with st.form(sheet.name, border=True, enter_to_submit=False):
        row = {
            field.name: st.selectbox(
                field.title,
                field.choices,
                index=field.choices.index(initial[field.name]),
                help=field.help or None,
                key=f"{sheet.name}-{field.name}-{turn}",
            )
            for field in sheet.fields
        }
        is_saved = st.form_submit_button("Save", type="primary", icon=":material/save:", key=f"{sheet.name}-save")
    if is_saved:
        try:
            sheet.replace_shown(open_store(), [row], shown)
        except ChangedMeanwhile as error:
            before = shown.row(0, named=True)
            redraw_form(sheet.name, {name: row[name] for name in row if row[name] != before[name]}, error)
        except DashboardError as error:
            show_error(error)
        else:
            rerun_with_message(sheet.name, sheet.saved)
