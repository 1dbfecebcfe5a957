"""Data: imports, rejected rows, and the rules, people, projects and rates that give them meaning."""

from __future__ import annotations

import streamlit as st

from dashboard.web.pages.data.doubts import show_doubts_tab
from dashboard.web.pages.data.history import show_history_tab
from dashboard.web.pages.data.imports import show_import_tab
from dashboard.web.pages.data.people import show_people_tab
from dashboard.web.pages.data.plans import show_plans_tab
from dashboard.web.pages.data.projects import show_projects_tab
from dashboard.web.pages.data.rates import show_rates_tab
from dashboard.web.pages.data.rejected_rows import show_rejected_rows_tab
from dashboard.web.pages.data.rules import show_rules_tab

SECTIONS = {
    "Import": show_import_tab,
    "History": show_history_tab,
    "Rejected rows": show_rejected_rows_tab,
    "Doubts": show_doubts_tab,
    "Rules": show_rules_tab,
    "People": show_people_tab,
    "Projects": show_projects_tab,
    "Rates": show_rates_tab,
    "Plans": show_plans_tab,
}


def show_section_choice() -> None:
    """Draw the choice of section; in the entry script, so that it stays in the URL."""
    st.segmented_control(
        "Section",
        list(SECTIONS),
        default="Import",
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )


def show_data_page() -> None:
    """Draw the page."""
    st.header("Data", anchor=False)
    SECTIONS.get(str(st.session_state.get("section")), show_import_tab)()
