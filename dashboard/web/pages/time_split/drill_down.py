"""Drill down: from category to project to task to single entries; every step is in the URL."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.units import format_count
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_download, show_title
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.time_split.controls import DRILL_LEVELS, narrow_filters
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

LEVELS = DRILL_LEVELS
FIGURES = {"category": "hours_by_category", "in": "hours_by_project", "task": "tasks"}
COLUMNS = {"category": "category", "in": "project", "task": "task"}
LEVEL_NAMES = {"category": "category", "in": "project", "task": "task"}
ENTRY_COLUMNS: dict[str, Any] = {
    "day_on": st.column_config.DateColumn("Day"),
    "started_local": st.column_config.DatetimeColumn("Started", format="HH:mm"),
    "person": "Person",
    "team": "Team",
    "project": "Project",
    "task": "Task",
    "description": "Description",
    "category": "Category",
    "hours": st.column_config.NumberColumn("Hours", format="%.2f"),
    "overlap_hours": st.column_config.NumberColumn(
        "Overlap", format="%.2f", help="Hours that the rule for overlapping entries takes away."
    ),
    "rule_position": st.column_config.NumberColumn("By rule", help="The rule that decided; empty: the file says so."),
    "category_given": st.column_config.CheckboxColumn("From the file"),
    "client": "Client",
    "tags": "Tags",
    "source": "Tool",
    "import_id": st.column_config.NumberColumn("Import"),
    "line": st.column_config.NumberColumn("Line", help="Line in the imported file."),
}


def show_drill_down(choice: Choice) -> None:
    """Draw the next level down, and the single entries on request."""
    if choice.unit == "fte":
        st.caption("In hours: FTE is counted by person and week, not by task and entry.")
    level = next((key for key in LEVELS if not st.session_state.get(key)), None)
    if level is not None:
        _show_level(choice, level)
    if level is None or st.session_state.get("rows"):
        _show_entries(choice)


def _show_level(choice: Choice, level: str) -> None:
    """Draw one level as a table whose rows lead down."""
    figure = read_figure(FIGURES[level], narrow_filters(choice.filters))
    column = COLUMNS[level]
    rows = figure.rows.select(name for name in (column, "hours", "share", "entries") if name in figure.rows.columns)
    with st.container(border=True):
        show_title(f"Time by {LEVEL_NAMES[level]}", figure, f"drill-{level}")
        st.caption(f"Select a row to see inside that {LEVEL_NAMES[level]}.")
        key = f"drill-{level}"
        show_frame(
            scale_shares(rows, "share").to_arrow(),
            hide_index=True,
            on_select=lambda: _open_selected_row(key, level, rows.get_column(column)),
            selection_mode="single-row",
            column_config={
                column: st.column_config.TextColumn(LEVEL_NAMES[level].capitalize(), pinned=True),
                "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
                "share": st.column_config.NumberColumn("Share", format=SHARE_CELL),
                "entries": st.column_config.NumberColumn("Entries", format="localized"),
            },
            alt=f"Hours by {LEVEL_NAMES[level]}",
            key=key,
        )


def _open_selected_row(key: str, level: str, values: pl.Series) -> None:
    """Open the selected row."""
    selected = st.session_state[key]["selection"]["rows"]
    if selected:
        st.session_state[level] = values[selected[0]]


def _show_entries(choice: Choice) -> None:
    """List single entries, each with its line in the file and the rule that decided its category."""
    task = st.session_state.get("task")
    names = bool(st.session_state.get("names"))
    tasks = (str(task),) if task else ()
    figure = read_figure("entries", narrow_filters(choice.filters), names=names, tasks=tasks)
    rows = figure.rows
    has_overlaps = bool((rows.get_column("overlap_hours") != 0).any())
    with st.container(border=True):
        show_title("Single entries", figure, "entries")
        if figure.used > rows.height:
            st.caption(
                f"The newest {format_count(rows.height)} of {format_count(figure.used)}. "
                "Narrow the filters to see others."
            )
        show_frame(
            rows.to_arrow(),
            hide_index=True,
            placeholder="–",
            column_order=[
                name for name in ENTRY_COLUMNS if name in rows.columns and (name != "overlap_hours" or has_overlaps)
            ],
            column_config=ENTRY_COLUMNS,
            alt="Single entries behind the numbers",
            key="entries",
        )
        show_download("Download as CSV", rows, "entries.csv", "entries-csv", "entries")
