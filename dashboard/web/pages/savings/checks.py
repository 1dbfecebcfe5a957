"""How far the savings can be trusted: the same saving computed in other ways, and the checks in words."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.web.cached_store import read_figure
from dashboard.web.components import build_view, escape_markdown, show_title, show_view
from dashboard.web.filter_bar import Choice


def show_savings_checks(choice: Choice) -> None:
    """Draw the specification curve of one automation, and its checks one click away."""
    checks = read_figure("savings_diagnostics", choice.filters)
    show_left_out(checks.rows)
    specifications = read_figure("savings_specifications", choice.filters)
    if specifications.unavailable:
        return
    with st.container(border=True):
        show_title("Does the answer depend on how it is computed?", specifications, "specifications")
        names = specifications.rows.get_column("automation").unique(maintain_order=True).to_list()
        name = names[0]
        if len(names) > 1:
            name = st.selectbox("Automation", names, key="strip-automation", width=320)
        st.caption(
            "Raw ratio: a ratio of averages, as a spreadsheet would give. Total hours: the model behind the hours "
            "above. Typical item: another question, how much faster a typical label is done. "
            "Each under three rules for idle time: none, the usual one, and a strict one that sets more aside."
        )
        show_view(build_view(specifications, {"automation": str(name)}), specifications, "specifications")
        show_diagnostics(checks.rows, str(name))


def show_left_out(rows: pl.DataFrame) -> None:
    """Say which labels no estimate can use."""
    sentences = rows.filter(pl.col("check") == "left out").get_column("words").to_list()
    if sentences:
        st.info(escape_markdown(" ".join(sentences)), title="Labels in no estimate", icon=":material/filter_alt:")


def show_diagnostics(rows: pl.DataFrame, name: str) -> None:
    """List the checks of an automation in words, those with a warning first."""
    automation_rows = rows.filter(pl.col("automation") == name)
    flagged = int(automation_rows.get_column("flag").fill_null(value=False).sum())
    with st.expander(f"Checks of {escape_markdown(name)} in words ({flagged} with a warning)"):
        for row in automation_rows.sort("flag", descending=True, nulls_last=True, maintain_order=True).iter_rows(
            named=True
        ):
            icon = {True: ":material/warning:", False: ":material/check:"}.get(row["flag"], ":material/info:")
            st.markdown(f"{icon} **{escape_markdown(row['check'])}**: {escape_markdown(row['words'])}")
