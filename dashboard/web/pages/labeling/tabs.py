"""The tabs of Labeling & automation; like the filters, the entry script draws their choice and the URL keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard.filters import METHODS, STAGES
from dashboard.web.cached_store import Contents
from dashboard.web.filter_bar import Choice, choose_among, choose_segment, keep_choice

SPEED, SAVINGS, QUALITY, OUTLOOK, RETURNS = "Speed", "Savings", "Quality", "Outlook", "Labels or model?"
# The filters that act on each tab. The outlook and the runs always use the whole log.
TAB_CONTROLS: Mapping[str, frozenset[str]] = {
    SPEED: frozenset({"period", "projects", "teams", "people", "compare"}),
    SAVINGS: frozenset({"period", "projects", "teams", "people"}),
    QUALITY: frozenset({"period", "projects", "teams", "people"}),
    OUTLOOK: frozenset({"projects", "teams"}),
    RETURNS: frozenset({"projects"}),
}

LABEL_FILTER_TABS = (SPEED, QUALITY)
METHODS_HELP = (
    "How labels were made. Narrows speed, acceptance, rework and reviews. A comparison of methods, and what is still "
    "to do, need all of them and stay as they are; Explain says so at each."
)
STAGES_HELP = "Narrows the hours by stage and what review stages catch, under Evidence; no other number has a stage."


def choose_tab(contents: Contents) -> str:
    """Draw the choice among the tabs that have data, and return it."""
    tabs = [SPEED, SAVINGS, QUALITY, OUTLOOK] if contents.has_labels else []
    if contents.has_runs or contents.has_reports or not tabs:
        tabs.append(RETURNS)
    return choose_segment("Tab", tabs, "tab", is_label_shown=False)


def narrow_labels(choice: Choice, tab: str) -> None:
    """Draw the filters on methods and stages where they act, and keep what they leave for the rest of this run."""
    if tab not in LABEL_FILTER_TABS:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="label-filters"):
        methods = choose_among("Methods", METHODS, "methods", METHODS_HELP)
        stages = choose_among("Stages", STAGES, "stages", STAGES_HELP)
    previous = replace(choice.previous, methods=methods, stages=stages) if choice.previous else None
    keep_choice(replace(choice, filters=replace(choice.filters, methods=methods, stages=stages), previous=previous))


def selected_tab() -> str:
    """Return the tab chosen in this run."""
    return str(st.session_state.get("tab", SPEED))
