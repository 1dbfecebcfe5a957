"""Suggested categories to accept with a click, and the offer of newer default rules; both above the rules."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.suggestions import accept_suggestions, list_suggestions, upgrade_rules
from dashboard.store.category_rules import RULE_CATEGORIES
from dashboard.store.rule_upgrade import propose_upgrade, read_stored_rules
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import Columns, rerun_with_message, show_saved_message

MOVE_COLUMNS: Columns = {
    "from_category": "From",
    "to_category": "To",
    "suggested_category": "Suggested",
    "entries": st.column_config.NumberColumn("Entries", format="localized"),
    "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
}


def show_suggestions() -> None:
    """Draw the offer of newer default rules, and what rules only suggest, to accept or correct."""
    show_saved_message("suggestions")
    _show_upgrade_offer()
    frame = list_suggestions(open_store())
    if frame.is_empty():
        return
    hours = float(frame.get_column("hours").sum())
    st.markdown(f"**{hours:,.1f} hours have a suggested category.** They count as uncategorized until you accept it.")
    edited = st.data_editor(
        frame.select(pl.lit(value=False).alias("accept"), "category", "text", "field", "entries", "hours"),
        hide_index=True,
        height=300,
        disabled=["text", "field", "entries", "hours"],
        column_config={
            "accept": st.column_config.CheckboxColumn("Accept"),
            "category": st.column_config.SelectboxColumn("Category", options=list(RULE_CATEGORIES)),
            "text": st.column_config.TextColumn("Text", width="large"),
            "field": "Found in",
            "entries": MOVE_COLUMNS["entries"],
            "hours": MOVE_COLUMNS["hours"],
        },
        key=f"suggestions-{open_store().generation()}",
        alt="Suggested categories",
    )
    with st.container(horizontal=True):
        takes_chosen = st.button("Accept the ticked", type="primary", key="suggestions-accept")
        takes_all = st.button("Accept all", key="suggestions-accept-all")
    if takes_chosen or takes_all:
        _accept_suggestions(edited if takes_all else edited.filter("accept"))


def _accept_suggestions(chosen: pl.DataFrame) -> None:
    """Accept suggestions and say what moved."""
    try:
        done = accept_suggestions(open_store(), chosen.to_dicts())
    except DashboardError as error:
        show_error(error)
        return
    rerun_with_message("suggestions", f"{done.entries:,} entries with {done.hours:,.1f} hours moved.")


def _show_upgrade_offer() -> None:
    """Offer newer default rules to a store that still has older ones."""
    with open_store().snapshot() as snapshot:
        if propose_upgrade(read_stored_rules(snapshot)) is None:
            return
    st.info(
        "Newer default rules are there. Your own rules stay, and nothing changes until you say so.",
        icon=":material/upgrade:",
    )
    with st.container(horizontal=True):
        is_dry_run = st.button("Show what would move", key="upgrade-try")
        is_wanted = st.button("Take over the newer rules", key="upgrade-save")
    if not (is_dry_run or is_wanted):
        return
    try:
        moves = upgrade_rules(open_store(), dry_run=is_dry_run)
    except DashboardError as error:
        show_error(error)
        return
    if is_wanted:
        rerun_with_message("suggestions", "The newest default rules are in force.")
    st.dataframe(moves.select(list(MOVE_COLUMNS)), hide_index=True, column_config=MOVE_COLUMNS, key="upgrade-moves")
