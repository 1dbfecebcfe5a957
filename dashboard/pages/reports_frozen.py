"""Frozen reports: keep one for good, take it away as it was sent, and see what moved since and why."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl
import streamlit as st

from dashboard.pages import reading, reports_links, shown
from dashboard.reports import frozen
from dashboard.reports.formats import file_stem
from dashboard.reports.frozen import Frozen
from dashboard.reports.model import Content
from dashboard.store import Store

LONGEST_NAME = 48
COLUMNS: dict[str, Any] = {
    "what": st.column_config.TextColumn("Number", pinned=True),
    "column": "Of",
    "printed": "As printed",
    "then": st.column_config.NumberColumn("Then", format="%.3f"),
    "now": st.column_config.NumberColumn("Now", format="%.3f"),
    "by_data": st.column_config.NumberColumn("By the data", format="%+.3f", help="New data, rules of then."),
    "by_rules": st.column_config.NumberColumn("By the rules", format="%+.3f", help="What the changed rules add."),
}


def freeze(found: Content) -> None:
    """Offer to keep the report that is shown."""
    with st.form("report-freeze", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Keep it as it is, under the name", max_chars=LONGEST_NAME, key="report-name")
        if st.form_submit_button("Freeze", icon=":material/ac_unit:") and name.strip():
            number = frozen.freeze(reading.store(), found, name)
            st.toast(f"Frozen as report {number}; nothing will change it.")


def show() -> None:
    """List the frozen reports, and show one with what moved since."""
    store = reading.store()
    listed = frozen.frozen_frame(store)
    if listed.is_empty():
        return
    st.subheader("Frozen reports", anchor=False)
    labels = {
        int(row["report_id"]): f"{row['report_id']}: {row['name']} ({row['first_on']} to {row['last_on']})"
        for row in listed.iter_rows(named=True)
    }
    number = st.selectbox("Report", labels, format_func=lambda one: labels[one], key="report-frozen", width=480)
    kept = frozen.thaw(store, int(number))
    offered(kept)
    reports_links.show(store, int(number), kept)
    state, moved = compared(store, store.generation(), int(number))
    st.markdown(shown.literal(state))
    if moved.is_empty():
        return
    st.caption("Then + by the data + by the rules = now. Shares are of 1; a dash: there is no such number any more.")
    st.dataframe(
        moved.to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config=COLUMNS,
        alt="Printed numbers that moved since",
        key="report-moved",
    )
    shown.download("Download as CSV", moved, f"report-{number}-moved.csv", "report-moved-csv")


def offered(kept: Frozen) -> None:
    """Offer the pages as they were sent."""
    stem = f"{file_stem(kept.request)}-frozen"
    with st.container(horizontal=True):
        for style, label, data in (("pdf", "PDF as sent", kept.pdf), ("html", "Web page as sent", kept.html.encode())):
            st.download_button(
                label,
                data=data,
                file_name=f"{stem}.{style}",
                icon=":material/download:",
                on_click="ignore",
                key=f"report-frozen-{style}",
            )


@lru_cache(maxsize=20)
def compared(store: Store, generation: int, number: int) -> tuple[str, pl.DataFrame]:
    """Return in words whether anything moved, and the numbers that did; made once for each state of the store."""
    del generation  # part of the key only
    return frozen.state(store, number), frozen.difference(store, number)
