"""Time in the groups of an own category scheme."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.allocation.chart_frames import describe_others
from dashboard.allocation.scheme_charts import (
    MAX_PROJECTS,
    draw_groups,
    draw_groups_by_project,
    draw_groups_by_week,
    sum_groups,
    sum_groups_by_project,
    sum_groups_by_week,
)
from dashboard.settings.schemes import SCHEME_SHEET
from dashboard.web.cached_store import read_figure, read_sheet, shape_rows
from dashboard.web.components import show_chart, show_download, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice
from dashboard.web.split_cards import MEASURE_WORDS
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

FIGURE = "hours_by_group"
ACTIVITIES = "Activities"


def list_schemes() -> list[str]:
    """Return the names of the schemes, in their order."""
    return read_sheet(SCHEME_SHEET).get_column("scheme").unique(maintain_order=True).to_list()


def choose_scheme() -> str:
    """Draw the choice of a scheme where there is one, and return it; empty for the activities."""
    names = list_schemes()
    if not names:
        return ""
    label, help_text = "Scheme", "Other groups of the same hours: Data, Set-up, Advanced."
    st.selectbox(label, [ACTIVITIES, *names], key="scheme", bind="query-params", help=help_text, width=170)
    return selected_scheme()


def selected_scheme() -> str:
    """Return the scheme that is chosen; empty for the activities, or for one that is gone."""
    chosen = str(st.session_state.get("scheme") or ACTIVITIES)
    return chosen if chosen in list_schemes() else ""


def show_scheme(choice: Choice, scheme: str) -> None:
    """Draw the hours by group, by project and by week, and list them."""
    figure = read_figure(FIGURE, choice.filters)
    unit, mode = "share" if choice.unit == "share" else "hours", theme_mode()
    groups = shape_rows(figure, sum_groups, scheme)
    names = tuple(groups.get_column("group"))
    words, about = MEASURE_WORDS[unit], f"by group of {scheme}"
    left, right = st.columns([2, 3])
    with left, st.container(border=True, height="stretch"):
        show_title(f"Time in {scheme}", figure, "groups")
        if show_unavailable(figure):
            return
        alt = f"Bars: {words} {about}, {choice.describe()}."
        show_chart(groups, draw_groups(mode, unit, names), alt, f"groups-{unit}")
    with right, st.container(border=True, height="stretch"):
        show_title("By project", figure, "groups-project")
        rows = shape_rows(figure, sum_groups_by_project, scheme)
        alt = f"Stacked bars: {words} by project, {about}, {choice.describe()}."
        others = rows.filter(pl.col("rank") >= MAX_PROJECTS) if unit != "share" else rows.clear()
        drawn = rows.join(others, on="rank", how="anti", maintain_order="left")
        show_chart(drawn, draw_groups_by_project(mode, unit, names), alt, f"groups-project-{unit}")
        if not others.is_empty():
            st.caption(describe_others(others, rows, "all smaller projects"))
    with st.container(border=True):
        show_title("By week", figure, "groups-week")
        rows = shape_rows(figure, sum_groups_by_week, scheme)
        alt = f"Stacked bars: {words} by week, {about}, {choice.describe()}."
        notes = read_figure("notes", choice.filters)
        show_chart(rows, draw_groups_by_week(mode, unit, names), alt, f"groups-week-{unit}", notes)
        with st.expander("The numbers"):
            show_frame(
                scale_shares(groups, "share").drop("place").to_arrow(),
                hide_index=True,
                column_config={
                    "group": st.column_config.TextColumn("Group", pinned=True),
                    "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
                    "entries": st.column_config.NumberColumn("Entries", format="localized"),
                    "share": st.column_config.NumberColumn("Of all tracked", format=SHARE_CELL),
                },
                alt=f"Table: hours {about}",
                key="groups-table",
            )
            show_download("Download as CSV", figure.rows.drop("place"), "hours-by-group.csv", "groups-csv", FIGURE)
