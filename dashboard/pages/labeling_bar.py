"""The Labeling page's own controls; like the filters they stand in the entry script and in the URL."""

from __future__ import annotations

import streamlit as st

PARTS = ("Speed", "Progress", "Recorded time")
PER = ("Project", "Team", "Person")
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


def show() -> None:
    """Draw the controls of the part that is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="labeling-bar"):
        part = _segments("Show", PARTS, "part")
        if part == "Speed":
            _segments("Per", PER, "per")
        if part == "Recorded time":
            st.selectbox(
                "Cap on one event",
                list(CAPS),
                key="cap",
                bind="query-params",
                width=150,
                help="Time of one event above the cap does not count: idle tabs and long honest work alike.",
            )
        st.toggle("Show names", key="names", persist_state="session", help="Names of people instead of pseudonyms.")


def _segments(label: str, options: tuple[str, ...], key: str) -> str:
    chosen = st.segmented_control(label, options, default=options[0], required=True, key=key, bind="query-params")
    return str(chosen)


def part() -> str:
    """Return the part of the page that is chosen."""
    return str(st.session_state.get("part", PARTS[0]))


def per() -> str:
    """Return what speed is shown by: project, team or person."""
    return str(st.session_state.get("per", PER[0])).lower()


def cap() -> tuple[str, int | None]:
    """Return the cap on one event in words and in seconds; None is no cap."""
    chosen = str(st.session_state.get("cap", "No cap"))
    return chosen, CAPS.get(chosen)


def has_names() -> bool:
    """Return whether people are shown by name."""
    return bool(st.session_state.get("names"))
