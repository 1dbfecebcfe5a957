"""Watched folders: which there are, switch each on or off, and the files that could not be imported."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.ingest.watch import watch_folder
from dashboard.store.queries import run_query
from dashboard.units import count_noun, format_table_day
from dashboard.web.cached_store import open_store
from dashboard.web.components import escape_markdown, show_error
from dashboard.web.editable_sheet import rerun_with_message, show_saved_message
from dashboard.web.routes import show_page_link

NAME = "watched-folders"
HOW_TO_ADD = "Begin to watch a folder in the terminal; a page names no folders of this machine:"


def show_watched_folders() -> None:
    """Draw the section."""
    show_saved_message(NAME)
    st.subheader("Watched folders", anchor=False)
    st.markdown("Each export that is dropped into one of them is imported once, while this dashboard runs.")
    with open_store().snapshot() as snapshot:
        folders = run_query(snapshot, "watched_folders", {})
        problems = run_query(snapshot, "watched_problems", {})
    for row in folders.iter_rows(named=True):
        moment = row["seen_at"]
        seen = f", the newest on {format_table_day(moment)} {moment:%H:%M} UTC" if moment else ""
        words = f"{escape_markdown(row['folder'])} ({count_noun(row['files'], 'file')}{seen})"
        is_active = st.toggle(words, value=row["active"], key=f"watch-{row['folder']}-{row['active']}")
        if is_active != row["active"]:
            _switch_folder(row["folder"], is_active=is_active)
    for row in problems.iter_rows(named=True):
        st.warning(f"**{escape_markdown(row['file_name'])}** {escape_markdown(row['problem'])}")
    if not problems.is_empty():
        show_page_link("data", "Import them here, where a question can be answered", {"section": "Import"})
    st.markdown(HOW_TO_ADD)
    st.code("labeltime watch FOLDER", language=None)


def _switch_folder(folder: str, *, is_active: bool) -> None:
    try:
        watch_folder(open_store(), Path(folder), active=is_active)
    except DashboardError as error:
        show_error(error)
        return
    rerun_with_message(NAME, "The folder is watched." if is_active else "The folder is not watched any more.")
