"""The letterhead of reports: team, author and logo."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.errors import ChangedMeanwhile, DashboardError
from dashboard.reports.document import Letterhead, Logo
from dashboard.reports.letterhead import LOGO_HINT, read_letterhead, save_letterhead
from dashboard.store.shown_store import ShownStore
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import rerun_with_message, show_saved_message, track_content
from dashboard.web.sheet_forms import begin_form, redraw_form

NAME = "letterhead"
MAX_LETTERS = 48


def show_letterhead() -> None:
    """Draw the section."""
    show_saved_message(NAME)
    current = read_letterhead(open_store())
    turn, edits = begin_form(NAME)
    shown, initial = track_content(NAME, current), replace(current, **edits)
    st.subheader("Letterhead of reports", anchor=False)
    st.markdown("Printed on top of every report from now on. Reports that were sent stay as they are.")
    with st.form(NAME, border=True, enter_to_submit=False):
        team = st.text_input("Team", value=initial.team, max_chars=MAX_LETTERS, key=f"{NAME}-team-{turn}")
        author = st.text_input("Author", value=initial.author, max_chars=MAX_LETTERS, key=f"{NAME}-author-{turn}")
        upload = st.file_uploader("Logo", type=["png", "svg"], max_upload_size=1, help=LOGO_HINT, key="letterhead-logo")
        drops_logo = current.logo is not None and st.checkbox("Remove the logo", key="letterhead-drop")
        is_saved = st.form_submit_button("Save", type="primary", icon=":material/save:", key=f"{NAME}-save")
    if current.logo:
        alt = f"Logo of {current.team}" if current.team else "Logo"
        st.image(current.logo.data_url(), width=160, alt=alt)
    if not is_saved:
        return
    logo = None if drops_logo else current.logo
    logo = Logo("", upload.getvalue()) if upload else logo
    try:
        store = ShownStore(open_store(), read_letterhead, shown, "Letterhead")
        save_letterhead(store, Letterhead(team, author, logo))
    except ChangedMeanwhile as error:
        edits = {"team": team, "author": author}
        redraw_form(NAME, {part: text for part, text in edits.items() if text != getattr(shown, part)}, error)
        return
    except DashboardError as error:
        show_error(error)
        return
    rerun_with_message(NAME, "The letterhead is on every report from now on.")
