"""Read-only links to a frozen report: made, shown once, listed, taken back."""

from __future__ import annotations

from urllib.parse import urlsplit

import polars as pl
import streamlit as st

from dashboard.reports import links
from dashboard.reports.frozen import Frozen
from dashboard.reports.request import LINK_DAYS, Audience
from dashboard.store import Store

MADE = "report-link-made"
COLUMNS = {
    "handle": "Link",
    "created_at": "Made (UTC)",
    "created_by": "By",
    "expires_at": "Ends (UTC)",
    "state": "State",
}


def show(store: Store, number: int, kept: Frozen) -> None:
    """Offer links to one frozen report, and list those that were made."""
    with st.expander("Read-only links", icon=":material/link:", key="report-links"):
        if kept.request.audience is Audience.private:
            st.caption("This report is private: it names people, so there are no links to it.")
            return
        st.caption(links.OPEN_TO)
        _make(store, number)
        listed = links.links_frame(store).filter(report_id=number)
        if listed.height:
            st.dataframe(
                listed.select("handle", "created_at", "created_by", "expires_at", "state").to_arrow(),
                hide_index=True,
                placeholder="–",
                column_config=COLUMNS,
                alt="Links to this report with their state",
                key="report-links-table",
            )
            _revoke(store, listed)


def _make(store: Store, number: int) -> None:
    with st.form("report-link", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.number_input("Days", 1, links.MOST_DAYS, LINK_DAYS, key="report-link-days", width=140)
        if st.form_submit_button("Make a link", icon=":material/add_link:"):
            st.session_state[MADE] = (number, links.make(store, number, int(days)))
    about, made = st.session_state.get(MADE, (None, None))
    if made is None or about != number:
        return
    st.code(f"{_server()}{made.path}", language=None, wrap_lines=True)
    st.caption(
        f"Copy it now: it is not shown again. It ends on {made.expires_at:%Y-%m-%d at %H:%M} UTC. "
        f"For others put the address of your server of links in front of {links.PATH} instead."
    )
    st.session_state.pop(MADE)


def _server() -> str:
    """Return the address that this page was opened under."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _revoke(store: Store, listed: pl.DataFrame) -> None:
    handles = listed.filter(state="open").get_column("handle").to_list()
    if not handles:
        return
    with st.form("report-revoke", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        handle = st.selectbox("Link", handles, key="report-link-handle", width=200)
        if st.form_submit_button("Revoke", icon=":material/link_off:"):
            links.revoke(store, str(handle))
            st.toast(f"Link {handle} has ended.")
            st.rerun()
