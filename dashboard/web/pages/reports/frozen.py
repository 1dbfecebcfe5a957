"""Frozen reports: keep one unchanged, download it as sent, and see which numbers changed since and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from dashboard.reports.document import Content
from dashboard.reports.frozen import (
    FrozenReport,
    compare_numbers,
    describe_changes,
    freeze_report,
    list_frozen_reports,
    read_frozen_report,
)
from dashboard.reports.request import file_stem
from dashboard.store.cache import CACHE
from dashboard.store.generations import Store
from dashboard.units import format_table_day
from dashboard.web.cached_store import open_store
from dashboard.web.components import escape_markdown, show_download
from dashboard.web.pages.reports.links import show_report_links
from dashboard.web.tables import show_frame

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LONGEST_NAME = 48
MOVED_COLUMNS: dict[str, Any] = {
    "what": st.column_config.TextColumn("Number", pinned=True),
    "column": "Of",
    "printed": "As printed",
    "then": st.column_config.NumberColumn("Then", format="%.3f"),
    "now": st.column_config.NumberColumn("Now", format="%.3f"),
    "by_data": st.column_config.NumberColumn("By the data", format="%+.3f", help="New data under the old rules."),
    "by_rules": st.column_config.NumberColumn("By the rules", format="%+.3f", help="What the changed rules add."),
}


def show_freeze_form(content: Content) -> None:
    """Offer to freeze the report shown."""
    with st.form("report-freeze", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Keep it as it is, under the name", max_chars=LONGEST_NAME, key="report-name")
        if st.form_submit_button("Freeze", icon=":material/ac_unit:") and name.strip():
            number = freeze_report(open_store(), content, name)
            st.toast(f"Frozen as report {number}; nothing will change it.")
            st.rerun()


def show_frozen_reports() -> tuple[int, DeltaGenerator] | None:
    """Offer the frozen reports and their links; return the chosen one and where its changes are to be shown."""
    store = open_store()
    reports = list_frozen_reports(store)
    if reports.is_empty():
        return None
    st.subheader("Sent reports", anchor=False)
    labels = {
        int(row["report_id"]): f"{row['report_id']}: {row['name']} ({describe_days(row)})"
        for row in reports.iter_rows(named=True)
    }
    number = st.selectbox(
        "Report", labels, format_func=lambda report_id: labels[report_id], key="report-frozen", width=480
    )
    report = read_frozen_report(store, int(number))
    show_sent_files(report)
    show_report_links(store, int(number), report)
    return int(number), st.expander("What changed since", icon=":material/difference:", key="report-changes")


def describe_days(report: Mapping[str, Any]) -> str:
    """Return the first and last day of a report."""
    return f"{format_table_day(report['first_on'])} to {format_table_day(report['last_on'])}"


def show_changes_since(number: int, place: DeltaGenerator) -> None:
    """Show which numbers of a frozen report changed; last, because it takes some seconds."""
    state, moved = compare_report(open_store(), number)
    with place:
        _show_moved_numbers(number, state, moved)


def _show_moved_numbers(number: int, state: str, moved: pl.DataFrame) -> None:
    st.markdown(escape_markdown(state))
    if moved.is_empty():
        return
    st.caption(
        "Then + by the data + by the rules = now. Shares are fractions of 1; a dash: the number no longer exists."
    )
    show_frame(
        moved.to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config=MOVED_COLUMNS,
        alt="Printed numbers that changed since",
        key="report-moved",
    )
    show_download("Download as CSV", moved, f"report-{number}-moved.csv", "report-moved-csv")


def show_sent_files(report: FrozenReport) -> None:
    """Offer the report as it was sent."""
    stem = f"{file_stem(report.request)}-frozen"
    with st.container(horizontal=True):
        for style, label, data in (
            ("pdf", "PDF as sent", report.pdf),
            ("html", "Web page as sent", report.html.encode()),
        ):
            st.download_button(
                label,
                data=data,
                file_name=f"{stem}.{style}",
                icon=":material/download:",
                on_click="ignore",
                key=f"report-frozen-{style}",
            )


def compare_report(store: Store, number: int) -> tuple[str, pl.DataFrame]:
    """Return in words whether any number changed, and those that did; computed once per state of the store."""
    return CACHE.recall(
        store.state(),
        ("frozen report", number),
        lambda: (describe_changes(store, number), compare_numbers(store, number)),
    )
