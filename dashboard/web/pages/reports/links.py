"""Read-only links to a frozen report: created, shown once, listed, revoked."""

from __future__ import annotations

from urllib.parse import urlsplit

import polars as pl
import streamlit as st

from dashboard.reports.frozen import FrozenReport
from dashboard.reports.links import LINK_PATH, MAX_DAYS, REACH_NOTE, create_link, list_links, revoke_link
from dashboard.reports.request import LINK_DAYS, Audience
from dashboard.store.generations import Store
from dashboard.units import format_table_day
from dashboard.web.tables import show_frame

MADE_KEY = "report-link-made"
LINK_COLUMNS = {
    "handle": "Link",
    "created_at": "Made (UTC)",
    "created_by": "By",
    "expires_at": "Ends (UTC)",
    "state": "State",
}


def show_report_links(store: Store, number: int, report: FrozenReport) -> None:
    """Offer links to one frozen report, and list those that were made."""
    with st.expander("Read-only links", icon=":material/link:", key="report-links"):
        if report.request.audience is Audience.private:
            st.caption("This report is private: it names people, so there are no links to it.")
            return
        st.caption(REACH_NOTE)
        _show_link_form(store, number)
        link_rows = list_links(store).filter(report_id=number)
        if link_rows.height:
            show_frame(
                link_rows.select("handle", "created_at", "created_by", "expires_at", "state").to_arrow(),
                hide_index=True,
                placeholder="–",
                column_config=LINK_COLUMNS,
                alt="Links to this report with their state",
                key="report-links-table",
            )
            _show_revoke_form(store, link_rows)


def _show_link_form(store: Store, number: int) -> None:
    with st.form("report-link", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.number_input("Days", 1, MAX_DAYS, LINK_DAYS, key="report-link-days", width=140)
        if st.form_submit_button("Make a link", icon=":material/add_link:"):
            st.session_state[MADE_KEY] = (number, create_link(store, number, int(days)))
    linked_number, link = st.session_state.get(MADE_KEY, (None, None))
    if link is None or linked_number != number:
        return
    st.code(f"{_server_address()}{link.path}", language=None, wrap_lines=True)
    st.caption(
        f"Copy it now: it is not shown again. It ends on {format_table_day(link.expires_at)} at "
        f"{link.expires_at:%H:%M} UTC. "
        f"For other people, put the address of your link server in front of {LINK_PATH} instead."
    )
    st.session_state.pop(MADE_KEY)


def _server_address() -> str:
    """Return the address that this page was opened under."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _show_revoke_form(store: Store, link_rows: pl.DataFrame) -> None:
    handles = link_rows.filter(state="open").get_column("handle").to_list()
    if not handles:
        return
    with st.form("report-revoke", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        handle = st.selectbox("Link", handles, key="report-link-handle", width=200)
        if st.form_submit_button("Revoke", icon=":material/link_off:"):
            revoke_link(store, str(handle))
            st.toast(f"Link {handle} has ended.")
            st.rerun()
