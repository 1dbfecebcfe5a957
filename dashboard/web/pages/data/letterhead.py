"""The letterhead of reports: team, author and logo."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.reports.document import Letterhead, Logo
from dashboard.reports.letterhead import LOGO_HINT, read_letterhead, save_letterhead
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import rerun_with_message, show_saved_message

NAME = "letterhead"
MAX_LETTERS = 48


def show_letterhead() -> None:
    """Draw the section."""
    show_saved_message(NAME)
    current = read_letterhead(open_store())
    st.subheader("Letterhead of reports", anchor=False)
    st.markdown("Printed on top of every report from now on. Reports that were sent stay as they are.")
    with st.form(NAME, border=True, enter_to_submit=False):
        team = st.text_input("Team", value=current.team, max_chars=MAX_LETTERS, key="letterhead-team")
        author = st.text_input("Author", value=current.author, max_chars=MAX_LETTERS, key="letterhead-author")
        upload = st.file_uploader("Logo", type=["png", "svg"], max_upload_size=1, help=LOGO_HINT, key="letterhead-logo")
        drops_logo = current.logo is not None and st.checkbox("Remove the logo", key="letterhead-drop")
        is_saved = st.form_submit_button("Save", type="primary", icon=":material/save:")
    if current.logo:
        alt = f"Logo of {current.team}" if current.team else "Logo"
        st.image(current.logo.data_url(), width=160, alt=alt)
    if not is_saved:
        return
    logo = None if drops_logo else current.logo
    logo = Logo("", upload.getvalue()) if upload else logo
    try:
        save_letterhead(open_store(), Letterhead(team, author, logo))
    except DashboardError as error:
        show_error(error)
        return
    rerun_with_message(NAME, "The letterhead is on every report from now on.")
