"""Forms that save something as a whole, and keep the edits where somebody else saved it since it was shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.errors import ChangedMeanwhile, DashboardError
from dashboard.settings.sheet import Sheet
from dashboard.web.cached_store import open_store, read_sheet
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import rerun_with_message, show_saved_message, track_shown


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


def begin_form(name: str) -> tuple[int, Mapping[str, Any]]:
    """Return the turn of a form, for the keys of its fields, and the edits that were not saved by the last turn."""
    error, edits = st.session_state.pop(f"{name}-refused", (None, {}))
    if error:
        show_error(error)
    return st.session_state.setdefault(f"{name}-turn", 0), edits


def redraw_form(name: str, edits: Mapping[str, object], error: DashboardError) -> None:
    """Draw a form anew, with what is in force by now under the edits, and say why it was not saved."""
    st.session_state[f"{name}-refused"] = error, edits
    st.session_state[f"{name}-turn"] += 1
    st.rerun()
