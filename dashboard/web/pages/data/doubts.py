"""Quality: entries that could mislead, their hours, and their effect on the headline."""

from __future__ import annotations

import streamlit as st

from dashboard.web.cached_store import read_figure, read_tracked_days
from dashboard.web.components import show_download, show_title


def show_quality_tab() -> None:
    """Draw the tab: one row per doubt, then the entries that overlap."""
    if read_tracked_days() is None:
        st.info("Nothing was imported yet. Drop a file under Import.", icon=":material/info:")
        return
    _show_doubts()
    _show_overlaps()


def _show_doubts() -> None:
    figure = read_figure("data_quality")
    with st.container(border=True):
        show_title("What could mislead", figure, "data-quality")
        st.caption(
            "Nothing is corrected or left out. The last column says how the labeling share would change without them."
        )
        st.dataframe(
            figure.rows.select("rule", "entries", "hours", "share_without", "effect"),
            hide_index=True,
            placeholder="–",
            column_config={
                "rule": st.column_config.TextColumn("Entries that are", pinned=True),
                "entries": st.column_config.NumberColumn("Entries", format="localized"),
                "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
                "share_without": st.column_config.NumberColumn("Labeling share without", format="percent"),
                "effect": st.column_config.NumberColumn("Change", format="percent"),
            },
            alt="Doubtful entries and their effect on the labeling share",
            key="data-quality",
        )
        show_download("Download as CSV", figure.rows, "data-quality.csv", "data-quality-csv")


def _show_overlaps() -> None:
    figure = read_figure("overlaps", names=bool(st.session_state.get("names")))
    with st.container(border=True):
        show_title("Entries of one person that overlap", figure, "overlaps")
        if figure.rows.is_empty():
            st.caption("There are none.")
            return
        st.dataframe(
            figure.rows.drop("seconds"),
            hide_index=True,
            column_config={
                "person": st.column_config.TextColumn("Person", pinned=True),
                "day_on": st.column_config.DateColumn("Day"),
                "import_id": "Import",
                "line": "Line",
                "project": "Project",
                "earlier_import_id": "Overlaps import",
                "earlier_line": "and line",
                "hours": st.column_config.NumberColumn("Hours in common", format="%.2f"),
            },
            alt="Overlapping entries",
            key="overlaps",
        )
        show_download("Download as CSV", figure.rows, "overlaps.csv", "overlaps-csv")
