"""The Labeling page's own controls; like the filters, the entry script draws them and the URL keeps them."""

from __future__ import annotations

import streamlit as st

PARTS = ("Speed", "Progress", "Recorded time")
GROUPINGS = ("Project", "Team", "Person")
CAPS = {
    "No cap": None,
    "30 s": 30,
    "1 min": 60,
    "2 min": 120,
    "5 min": 300,
    "10 min": 600,
    "15 min": 900,
    "30 min": 1800,
    "1 h": 3600,
}
KEYS = ("part", "per", "cap")


def show_labeling_bar() -> None:
    """Draw the controls of the selected part."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="labeling-bar"):
        part = _choose_segment("Show", PARTS, "part")
        if part == "Speed":
            _choose_segment("Per", GROUPINGS, "per")
        if part == "Recorded time":
            st.selectbox(
                "Cap on one event",
                list(CAPS),
                key="cap",
                bind="query-params",
                width=150,
                help="Time of one event above the cap does not count, be it an idle tab or long real work.",
            )
        st.toggle("Show names", key="names", persist_state="session", help="Names of people instead of pseudonyms.")


def _choose_segment(label: str, options: tuple[str, ...], key: str) -> str:
    option = st.segmented_control(label, options, default=options[0], required=True, key=key, bind="query-params")
    return str(option)


def selected_part() -> str:
    """Return the selected part of the page."""
    return str(st.session_state.get("part", PARTS[0]))


def selected_grouping() -> str:
    """Return the grouping of speed: project, team or person."""
    return str(st.session_state.get("per", GROUPINGS[0])).lower()


def selected_cap() -> tuple[str, int | None]:
    """Return the cap on one event in words and in seconds; None is no cap."""
    cap_name = str(st.session_state.get("cap", "No cap"))
    return cap_name, CAPS.get(cap_name)


def has_names() -> bool:
    """Return whether people are shown by name."""
    return bool(st.session_state.get("names"))
