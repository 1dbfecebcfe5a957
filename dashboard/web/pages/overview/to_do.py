"""Overview: what is to do, each a click from the place that mends it."""

from __future__ import annotations

import streamlit as st

from dashboard.allocation.to_do import AUTOMATIONS, IMPORT, PEOPLE, PROJECTS, TO_SORT, WATCHED
from dashboard.web.cached_store import read_figure
from dashboard.web.routes import show_page_link

PLACES = {
    TO_SORT: {"section": "To sort"},
    PEOPLE: {"section": "People"},
    PROJECTS: {"section": "Set-up", "sheet": "Projects of tools"},
    AUTOMATIONS: {"section": "Set-up", "sheet": "Automations"},
    WATCHED: {"section": "Set-up", "sheet": "Watched folders"},
    IMPORT: {"section": "Import"},
}
ICONS = {
    TO_SORT: ":material/rule:",
    PEOPLE: ":material/group:",
    PROJECTS: ":material/join_inner:",
    AUTOMATIONS: ":material/smart_toy:",
    WATCHED: ":material/folder_eye:",
    IMPORT: ":material/upload_file:",
}


def show_to_do() -> None:
    """Draw one link per task in a row; nothing where nothing is open."""
    tasks = read_figure("to_do").rows
    if tasks.is_empty():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="to-do"):
        st.markdown("**To do:**", width="content")
        for row in tasks.iter_rows(named=True):
            show_page_link("data", row["words"], PLACES[row["place"]], ICONS[row["place"]])
