"""Rules: which words mean which category, in order; tried out before they are saved."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.rules import explain_category, parse_rules_frame, preview_rules, read_rules, save_rules
from dashboard.store.category_rules import FIELD_SQL, OPERATOR_PATTERNS, RULE_CATEGORIES, Rule
from dashboard.web.cached_store import open_store
from dashboard.web.components import escape_markdown, show_download, show_error
from dashboard.web.editable_sheet import drop_empty_rows


def show_rules_tab() -> None:
    """Draw the tab."""
    message = st.session_state.pop("rules-saved", None)
    if message:
        st.success(message, icon=":material/check:")
    st.markdown(
        "The first rule that matches an entry decides its category. A category that the file itself gives comes before "
        "all rules. Patterns ignore case; several texts are separated by `|`."
    )
    frame = read_rules(open_store())
    edited = st.data_editor(
        frame.with_columns(pl.col("position").cast(pl.Float64)),
        num_rows="dynamic",
        hide_index=True,
        height=420,
        column_config={
            "position": st.column_config.NumberColumn(
                "Place", help="Rules with lower places are tried first. 4.5 goes between 4 and 5."
            ),
            "field": st.column_config.SelectboxColumn("Look at", options=list(FIELD_SQL)),
            "operator": st.column_config.SelectboxColumn("How", options=list(OPERATOR_PATTERNS)),
            "pattern": st.column_config.TextColumn("Text", width="large"),
            "category": st.column_config.SelectboxColumn("Category", options=list(RULE_CATEGORIES)),
        },
        key=f"rules-{open_store().generation()}",
        alt="The category rules in order",
    )
    with st.container(horizontal=True):
        is_dry_run = st.button(
            "Try out", icon=":material/science:", key="rules-try", help="Shows what would move; saves nothing."
        )
        is_submitted = st.button("Save the rules", type="primary", key="rules-save")
        show_download("Download as CSV", frame, "rules.csv", "rules-csv")
    try:
        if is_dry_run:
            _show_rule_moves(parse_edited_rules(edited))
        elif is_submitted:
            count = save_rules(open_store(), parse_edited_rules(edited))
            st.session_state["rules-saved"] = f"{count} rules saved; every category was decided anew."
            st.rerun()
    except DashboardError as error:
        show_error(error)
    _explain_entry()


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
    st.markdown(f"**{entries:,} entries with {hours:,.1f} hours would move.** Nothing is saved yet.")
    st.dataframe(
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
