"""How far the savings can be trusted: the same saving computed in other ways, and the checks in words."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts import savings as charts
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice


def show(choice: Choice) -> None:
    """Draw the strip of specifications of one automation, and its checks one click away."""
    checks = reading.read("savings_diagnostics", choice.filters)
    left_out(checks.rows)
    strip = reading.read("savings_specifications", choice.filters)
    if strip.refused:
        return
    with st.container(border=True):
        shown.head("Does the answer depend on how it is computed?", strip, "specifications")
        names = strip.rows.get_column("automation").unique(maintain_order=True).to_list()
        name = names[0]
        if len(names) > 1:
            name = st.selectbox("Automation", names, key="strip-automation", width=320)
        specifications(strip.rows.filter(pl.col("automation") == name))
        diagnostics(checks.rows, str(name))


def specifications(rows: pl.DataFrame) -> None:
    """Draw the strip; a division of averages stands in it as a warning."""
    st.caption(
        "Raw ratio: a division of averages, what a spreadsheet would claim. Total hours: the model behind the hours "
        "above. Typical item: another question. Each under three rules for idle time."
    )
    alt = "Points with intervals: the share of time saved under each specification and idle rule, against no saving."
    shown.chart(rows, charts.savings_specifications(shown.mode()), alt, "specifications")


def left_out(rows: pl.DataFrame) -> None:
    """Say which labels no estimate can use."""
    said = rows.filter(pl.col("check") == "left out").get_column("words").to_list()
    if said:
        st.info(shown.literal(" ".join(said)), title="Labels in no estimate", icon=":material/filter_alt:")


def diagnostics(rows: pl.DataFrame, name: str) -> None:
    """List the checks of an automation in words, those to worry about first."""
    mine = rows.filter(pl.col("automation") == name)
    raised = int(mine.get_column("flag").fill_null(value=False).sum())
    with st.expander(f"Checks of {shown.literal(name)} in words ({raised} to worry about)"):
        for row in mine.sort("flag", descending=True, nulls_last=True, maintain_order=True).iter_rows(named=True):
            icon = {True: ":material/warning:", False: ":material/check:"}.get(row["flag"], ":material/info:")
            st.markdown(f"{icon} **{shown.literal(row['check'])}**: {shown.literal(row['words'])}")
