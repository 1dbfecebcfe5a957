"""Published figures to compare with, as a sheet and as CSV."""

from __future__ import annotations

import streamlit as st

from dashboard.settings.references import REFERENCE_SHEET
from dashboard.web.editable_sheet import edit_sheet, show_saved_message, show_upload


def show_references() -> None:
    """Draw the section."""
    show_saved_message(REFERENCE_SHEET.name)
    st.subheader(REFERENCE_SHEET.title, anchor=False)
    st.markdown(REFERENCE_SHEET.help)
    edit_sheet(REFERENCE_SHEET)
    with st.expander("As CSV"):
        show_upload(REFERENCE_SHEET)
