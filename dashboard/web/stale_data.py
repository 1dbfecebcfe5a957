"""A hint on a page whose data was changed meanwhile, in another tab or by the terminal."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.web.cached_store import open_store, shown_state

POLL_SECONDS = 15


@st.fragment(run_every=POLL_SECONDS)
def show_stale_hint() -> None:
    """Say that the page shows earlier data, and offer the newer; a run of this fragment draws nothing else anew."""
    try:
        is_stale = open_store().state() != shown_state()
    except DashboardError:
        return  # the next run of the page says what is wrong
    if is_stale:
        with st.container(horizontal=True, vertical_alignment="center", key="stale-data"):
            st.markdown(":material/update: The data was changed since. This page shows it as it was.", width="content")
            if st.button("Show the new data", key="show-new-data"):
                st.rerun()
