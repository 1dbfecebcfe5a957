"""Data: imports, rejected rows, and the rules, people, projects and rates that give them meaning."""

from __future__ import annotations

import streamlit as st

from dashboard.pages import (
    data_bad_rows,
    data_history,
    data_import,
    data_people,
    data_plans,
    data_projects,
    data_quality,
    data_rates,
    data_rules,
)

SECTIONS = {
    "Import": data_import.show_import_tab,
    "History": data_history.show_history_tab,
    "Bad rows": data_bad_rows.show_bad_rows_tab,
    "Quality": data_quality.show_quality_tab,
    "Rules": data_rules.show_rules_tab,
    "People": data_people.show_people_tab,
    "Projects": data_projects.show_projects_tab,
    "Rates": data_rates.show_rates_tab,
    "Plans": data_plans.show_plans_tab,
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
    SECTIONS.get(str(st.session_state.get("section")), data_import.show_import_tab)()
