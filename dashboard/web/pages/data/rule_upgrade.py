"""The offer of newer default rules to a store that still has older ones."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.suggestions import upgrade_rules
from dashboard.store.rule_upgrade import propose_upgrade, read_stored_rules
from dashboard.web.cached_store import open_store
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import Columns, rerun_with_message
from dashboard.web.tables import show_frame

MOVE_COLUMNS: Columns = {
    "from_category": "From",
    "to_category": "To",
    "suggested_category": "Suggested",
    "entries": st.column_config.NumberColumn("Entries", format="localized"),
    "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
}


def show_upgrade_offer() -> None:
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
        rerun_with_message("rules", "The newest default rules are in force.")
    show_frame(moves.select(list(MOVE_COLUMNS)), hide_index=True, column_config=MOVE_COLUMNS, key="upgrade-moves")
