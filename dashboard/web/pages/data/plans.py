"""Plans: notes pinned to a day, budgets, targets and invoices, each as a sheet and as CSV."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.budgets import BUDGET_SHEET
from dashboard.settings.invoices import INVOICE_SHEET
from dashboard.settings.notes import NOTE_SHEET
from dashboard.settings.targets import TARGET_SHEET
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import edit_sheet, show_saved_message, show_upload

PLAN_SHEETS = (NOTE_SHEET, BUDGET_SHEET, TARGET_SHEET, INVOICE_SHEET)


def show_plans() -> None:
    """Draw the section."""
    for sheet in PLAN_SHEETS:
        show_saved_message(sheet.name)
        with st.container(border=True):
            st.subheader(sheet.title, anchor=False)
            st.markdown(sheet.help)
            try:
                edit_sheet(sheet)
                with st.expander("As CSV"):
                    show_upload(sheet)
            except DashboardError as error:
                show_error(error)
