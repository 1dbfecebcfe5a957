"""Rules: which words mean which category, in order; tried out before they are saved."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import mapping, rules
from dashboard.errors import DashboardError
from dashboard.pages import reading, sheet, shown


def show() -> None:
    """Draw the tab."""
    said = st.session_state.pop("rules-saved", None)
    if said:
        st.success(said, icon=":material/check:")
    st.markdown(
        "The first rule that matches an entry decides its category. A category that the file itself gives comes before "
        "all rules. Patterns ignore case; several texts are separated by `|`."
    )
    frame = mapping.rules_frame(reading.store())
    edited = st.data_editor(
        frame.with_columns(pl.col("position").cast(pl.Float64)),
        num_rows="dynamic",
        hide_index=True,
        height=420,
        column_config={
            "position": st.column_config.NumberColumn(
                "Place", help="Lower places are asked first. Give 4.5 to go between."
            ),
            "field": st.column_config.SelectboxColumn("Look at", options=list(rules.FIELDS)),
            "operator": st.column_config.SelectboxColumn("How", options=list(rules.OPERATORS)),
            "pattern": st.column_config.TextColumn("Text", width="large"),
            "category": st.column_config.SelectboxColumn("Category", options=list(rules.RULE_CATEGORIES)),
        },
        key=f"rules-{reading.store().generation()}",
        alt="The category rules in order",
    )
    with st.container(horizontal=True):
        tried = st.button(
            "Try out", icon=":material/science:", key="rules-try", help="Shows what would move; saves nothing."
        )
        saved = st.button("Save the rules", type="primary", key="rules-save")
        shown.download("Download as CSV", frame, "rules.csv", "rules-csv")
    try:
        if tried:
            _try(ordered(edited))
        elif saved:
            count = mapping.save_rules(reading.store(), ordered(edited))
            st.session_state["rules-saved"] = f"{count} rules saved; every category was decided anew."
            st.rerun()
    except DashboardError as error:
        shown.box(error)
    _explain()


def ordered(edited: pl.DataFrame) -> list[rules.Rule]:
    """Return the edited rules in the order of their places, new ones without a place last."""
    written = sheet.filled(edited).sort("position", nulls_last=True, maintain_order=True)
    return mapping.rules_from_frame(written.drop("position"))


def _try(new: list[rules.Rule]) -> None:
    """Show how much time would move from where to where."""
    moves = mapping.dry_run(reading.store(), new)
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


def _explain() -> None:
    """Say which rule decided for one entry."""
    with st.expander("Why does an entry have its category?"):
        st.caption("Import and line stand in the table of single entries and in the history.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            import_id = st.number_input("Import", min_value=1, step=1, value=1, key="explain-import", width=140)
            line = st.number_input("Line of the file", min_value=1, step=1, value=2, key="explain-line", width=160)
            asked = st.button("Explain", key="explain-entry")
        if not asked:
            return
        try:
            decision = mapping.explain(reading.store(), int(import_id), int(line))
        except DashboardError as error:
            shown.box(error)
            return
        st.markdown(f"**{shown.literal(decision.category)}**: {shown.literal(decision.because)}")
        for field, text in decision.texts.items():
            st.text(f"{field}: {text}")
