"""Doubts: entries that could mislead, their hours, and their effect on the headline."""

from __future__ import annotations

import streamlit as st

from dashboard.settings.overlaps import OVERLAP_SHEET
from dashboard.web.cached_store import read_figure, read_tracked_days
from dashboard.web.components import open_fold, show_table, show_title
from dashboard.web.sheet_forms import show_choices

RULE_COLUMNS = ("rule", "in_force", "hours", "entries", "hours_taken_away", "share", "effect", "entries_not_judged")
SHOWN_COLUMNS = ("rule", "entries", "hours", "share_without", "effect")


def show_doubts() -> None:
    """Draw one row per doubt, then the entries that overlap; nothing where nothing is tracked."""
    if read_tracked_days() is None:
        return
    with open_fold("What could mislead: doubtful entries and overlaps", "doubts", ":material/rule:") as is_open:
        if is_open:
            _show_doubts()
            _show_overlaps()


def _show_doubts() -> None:
    figure = read_figure("data_quality")
    with st.container(border=True):
        show_title("What could mislead", figure, "data-quality")
        st.caption(
            "Nothing here is corrected or left out. The last column says how the labeling share would change without "
            "them."
        )
        alt = "Doubtful entries and their effect on the labeling share"
        show_table(figure.rows, figure.name, SHOWN_COLUMNS, "data-quality", alt)


def _show_overlaps() -> None:
    figure = read_figure("overlaps", names=bool(st.session_state.get("names")))
    with st.container(border=True):
        show_title("Entries of one person that overlap", figure, "overlaps")
        if figure.rows.is_empty():
            st.caption("There are none.")
            return
        columns = [name for name in figure.columns if name != "seconds"]
        show_table(figure.rows, figure.name, columns, "overlaps", "Overlapping entries")
        rules = read_figure("overlap_rules")
        show_table(rules.rows, rules.name, RULE_COLUMNS, "overlap-rules", "Totals under each rule for overlaps")
        show_choices(OVERLAP_SHEET)
