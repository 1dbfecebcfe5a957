"""The tabs of Labeling & automation; like the filters, the entry script draws their choice and the URL keeps it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.web.cached_store import Contents
from dashboard.web.filter_bar import choose_segment

SPEED, SAVINGS, QUALITY, OUTLOOK, RETURNS = "Speed", "Savings", "Quality", "Outlook", "Labels or model?"
# The filters that act on each tab. The outlook and the runs always use the whole log.
TAB_CONTROLS: Mapping[str, frozenset[str]] = {
    SPEED: frozenset({"period", "projects", "teams", "people", "compare"}),
    SAVINGS: frozenset({"period", "projects", "teams", "people"}),
    QUALITY: frozenset({"period", "projects", "teams", "people"}),
    OUTLOOK: frozenset({"projects", "teams"}),
    RETURNS: frozenset({"projects"}),
}


def choose_tab(contents: Contents) -> str:
    """Draw the choice among the tabs that have data, and return it."""
    tabs = [SPEED, SAVINGS, QUALITY, OUTLOOK] if contents.has_labels else []
    if contents.has_runs or contents.has_reports or not tabs:
        tabs.append(RETURNS)
    return choose_segment("Tab", tabs, "tab", is_label_shown=False)


def selected_tab() -> str:
    """Return the tab chosen in this run."""
    return str(st.session_state.get("tab", SPEED))
