"""Overview: what is to do, each a click from the place that mends it."""

from __future__ import annotations

import streamlit as st

from dashboard.allocation.to_do import AUTOMATIONS, IMPORT, PEOPLE, PROJECTS, TO_SORT, WATCHED
from dashboard.web.cached_store import is_demo, read_contents, read_figure
from dashboard.web.routes import show_page_link

PLACES = {
    TO_SORT: {"section": "To sort"},
    PEOPLE: {"section": "People"},
    PROJECTS: {"section": "Set-up", "sheet": "Projects of tools"},
    AUTOMATIONS: {"section": "Set-up", "sheet": "Automations"},
    WATCHED: {"section": "Set-up", "sheet": "Watched folders"},
    IMPORT: {"section": "Import"},
}
FIRST_TASKS = 2  # in sight on Overview
ICONS = {
    TO_SORT: ":material/rule:",
    PEOPLE: ":material/group:",
    PROJECTS: ":material/join_inner:",
    AUTOMATIONS: ":material/smart_toy:",
    WATCHED: ":material/folder_eye:",
    IMPORT: ":material/upload_file:",
}


def show_to_do(*, is_data_page: bool = False) -> None:
    """Draw one link per task in a row; nothing where nothing is open. On the Data page it is a button.

    Overview has the first ones, and a link to all of them.
    """
    tasks = read_figure("to_do").rows
    if tasks.is_empty():
        return
    left_out = 0 if is_data_page else max(tasks.height - FIRST_TASKS, 0)
    with st.container(horizontal=True, vertical_alignment="center", key="to-do"):
        st.markdown("**To do:**", width="content")
        for row in tasks.head(tasks.height - left_out).iter_rows(named=True):
            place, words, icon = PLACES[row["place"]], row["words"], ICONS[row["place"]]
            if is_data_page:
                show_section_button(words, place, icon)
            else:
                show_page_link("data", words, place, icon)
        if left_out:
            show_page_link("data", f"{left_out} more", icon=":material/checklist:")


def show_first_steps() -> None:
    """List the steps to a first report, ticked once done; nothing once a report is kept, or on demo data."""
    if is_demo() or read_contents().has_kept_report:
        return
    open_places = read_figure("to_do").rows.get_column("place")
    steps = {
        "Imported": True,
        "Sorted": TO_SORT not in open_places,
        "Roles and hours": PEOPLE not in open_places,
        "First report kept": False,
    }
    boxes = {True: ":material/check_box:", False: ":material/check_box_outline_blank:"}
    # No line may end between a box and its words.
    lines = (f"{boxes[is_done]} {step}".replace(" ", "\u00a0") for step, is_done in steps.items())
    st.caption("First steps: " + " · ".join(lines))


def show_section_button(label: str, place: dict[str, str], icon: str) -> None:
    """Draw a button that opens another section of the Data page, where a link to the page itself would change nothing.

    `place` is the section and, under Set-up, the sheet.
    """
    st.button(label, icon=icon, type="tertiary", key=f"open-{label}", on_click=st.session_state.update, args=(place,))
