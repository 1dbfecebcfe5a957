"""Saved mappings of columns, as a sheet and as CSV."""

from __future__ import annotations

import streamlit as st

from dashboard.settings.mappings import MAPPING_SHEET
from dashboard.web.editable_sheet import edit_sheet, show_saved_message, show_upload


def show_mappings() -> None:
    """Draw the section."""
    show_saved_message(MAPPING_SHEET.name)
    st.subheader(MAPPING_SHEET.title, anchor=False)
    st.markdown(MAPPING_SHEET.help)
    edit_sheet(MAPPING_SHEET)
    with st.expander("As CSV"):
        show_upload(MAPPING_SHEET)
