"""Rules: which words mean which category, in order; tried out before they are saved."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.rules import RULE_SHEET, explain_category, parse_rules_frame, preview_rules, save_rules
from dashboard.store.category_rules import Rule
from dashboard.units import format_count, format_decimal
from dashboard.web.cached_store import open_store
from dashboard.web.components import escape_markdown, show_download, show_error
from dashboard.web.editable_sheet import (
    Columns,
    build_column,
    build_columns,
    drop_empty_rows,
    edit_frame,
    rerun_with_message,
    show_saved_message,
    track_shown,
)
from dashboard.web.pages.data.rule_upgrade import show_upgrade_offer
from dashboard.web.tables import show_frame
from dashboard.web.unsaved_edits import discard_edits, show_unsaved

RULE_TABLE = "rules"


def show_rules() -> None:
    """Draw the section."""
    show_saved_message(RULE_TABLE)
    show_upgrade_offer()
    st.markdown(RULE_SHEET.help)
    edit_rules()
    _explain_entry()


@st.fragment
def edit_rules() -> None:
    """Draw the rules with their buttons; a mistake becomes a message and loses no input."""
    shown, frame = track_shown(RULE_SHEET), RULE_SHEET.list_rows(open_store())
    placed = frame.with_columns(pl.col("position").cast(pl.Float64))
    edited = edit_frame(RULE_TABLE, placed, build_rule_columns(), "The category rules in order", height=420)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_dry_run = st.button(
            "Try out", icon=":material/science:", key="rules-try", help="Shows what would move; saves nothing."
        )
        is_submitted = st.button("Save the rules", type="primary", key="rules-save")
        show_unsaved(RULE_TABLE)
        show_download("Download as CSV", frame, "rules.csv", "rules-csv")
    try:
        if is_dry_run:
            _show_rule_moves(parse_edited_rules(edited))
        elif is_submitted:
            count = save_rules(RULE_SHEET.expect_shown(open_store(), shown), parse_edited_rules(edited))
            discard_edits(RULE_TABLE)
            rerun_with_message(RULE_TABLE, f"{count} rules saved; every category was decided anew.")
    except DashboardError as error:
        show_error(error)


def build_rule_columns() -> Columns:
    """Return the columns of the rules; on this page a place may lie between two others."""
    (place,) = RULE_SHEET.pick_fields(["position"])
    between = replace(place, digits=None, help="Rules with lower places are tried first. 4.5 goes between 4 and 5.")
    return {**build_columns(RULE_SHEET.fields), place.name: build_column(between)}


def parse_edited_rules(edited: pl.DataFrame) -> list[Rule]:
    """Return the edited rules in the order of their places, new ones without a place last."""
    rows = drop_empty_rows(edited).sort("position", nulls_last=True, maintain_order=True)
    return parse_rules_frame(rows.drop("position"))


def _show_rule_moves(edited_rules: list[Rule]) -> None:
    """Show how much time would move between categories."""
    moves = preview_rules(open_store(), edited_rules)
    if moves.is_empty():
        st.info("Nothing would move.", icon=":material/info:")
        return
    hours = float(moves.get_column("hours").sum())
    entries = int(moves.get_column("entries").sum())
    st.markdown(
        f"**{format_count(entries)} entries with {format_decimal(hours)} hours would move.** Nothing is saved yet."
    )
    show_frame(
        moves.select("from_category", "to_category", "entries", "hours"),
        hide_index=True,
        column_config={
            "from_category": "From",
            "to_category": "To",
            "entries": st.column_config.NumberColumn("Entries", format="localized"),
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
        },
        alt="What would move between categories",
        key="rules-moves",
    )


def _explain_entry() -> None:
    """Say which rule decided the category of one entry."""
    with st.expander("Why does an entry have its category?"):
        st.caption("The table of single entries shows import and line.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            import_id = st.number_input("Import", min_value=1, step=1, value=1, key="explain-import", width=140)
            line = st.number_input("Line of the file", min_value=1, step=1, value=2, key="explain-line", width=160)
            is_requested = st.button("Explain", key="explain-entry")
        if not is_requested:
            return
        try:
            decision = explain_category(open_store(), int(import_id), int(line))
        except DashboardError as error:
            show_error(error)
            return
        st.markdown(f"**{escape_markdown(decision.category)}**: {escape_markdown(decision.reason)}")
        for field, text in decision.texts.items():
            st.text(f"{field}: {text}")
