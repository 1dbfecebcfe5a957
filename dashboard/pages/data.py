"""Data: what came in, what was turned away, and the rules, people, projects and rates that give it meaning."""

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
    "Import": data_import.show,
    "History": data_history.show,
    "Bad rows": data_bad_rows.show,
    "Quality": data_quality.show,
    "Rules": data_rules.show,
    "People": data_people.show,
    "Projects": data_projects.show,
    "Rates": data_rates.show,
    "Plans": data_plans.show,
}


def controls() -> None:
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


def show() -> None:
    """Draw the page."""
    st.header("Data", anchor=False)
    SECTIONS.get(str(st.session_state.get("section")), data_import.show)()
