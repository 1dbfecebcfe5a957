"""What would change the outcome: the target and what it takes, and which input moves the result most."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts import forecast as charts
from dashboard.figures import Figure
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

LEVERS = {
    "acceptance": "Suggestions kept as they come",
    "coverage": "Work offered to automation",
    "checking": "Time to check / time by hand",
}


def goal(choice: Choice) -> None:
    """Draw what brings the labeling share to a target that the viewer sets."""
    with st.container(border=True):
        st.subheader("What must be true to reach a target?", anchor=False)
        target = st.slider(
            "Labeling's share of labeling and modeling", 10, 90, 50, 5, format="%d %%", key="goal-target"
        )
        figure = reading.read("goal_seek", choice.filters, options=(("target", target / 100),))
        shown.explain(figure, "goal")
        if shown.refused(figure):
            return
        for row in figure.rows.filter(kind="answer").iter_rows(named=True):
            st.markdown(shown.literal(str(row["words"])))
        _needs(figure)
        curve = reading.shaped(figure, chances)
        if curve.is_empty():
            st.caption("How many suggestions are kept makes no difference here, so there is no curve over it.")
        else:
            alt = "Lines: the chance of reaching the target over the share of suggestions kept, by what freed hours do."
            shown.chart(curve, charts.reach(shown.mode()), alt, "goal")


def chances(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the chance of reaching the target by acceptance and mode."""
    return rows.filter(kind="curve").select("mode", "acceptance", "probability").sort("mode", "acceptance")


def _needs(figure: Figure) -> None:
    with st.expander("What each lever alone must be"):
        rows = figure.rows.filter(kind="lever").with_columns(pl.col("lever").replace(LEVERS))
        st.dataframe(
            rows.select("mode", "lever", "now", "value", "best", "reachable").to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "mode": st.column_config.TextColumn(
                    "Freed hours", help="reallocate: to modeling; release: they leave."
                ),
                "lever": "Lever",
                "now": st.column_config.NumberColumn("Now", format="percent"),
                "value": st.column_config.NumberColumn("Needed", format="percent"),
                "best": st.column_config.NumberColumn(
                    "Effort at best", format="percent", help="Effort against all by hand, with this lever at its end."
                ),
                "reachable": "Reachable",
            },
            alt="What each lever must be to reach the target",
            key="goal-table",
        )


def tornado(choice: Choice, project: str) -> None:
    """Draw which input moves the result most, and what measuring more would narrow."""
    figure = reading.read("tornado", choice.filters)
    with st.container(border=True):
        shown.head("Which input matters most?", figure, "tornado")
        if shown.refused(figure):
            return
        names = figure.rows.get_column("project").unique(maintain_order=True).to_list()
        chosen = project if project in names else str(names[0])
        if project not in names and len(names) > 1:
            chosen = str(st.selectbox("Project", names, key="tornado-project", width=260))
        rows = figure.rows.filter(kind="input", project=chosen)
        saved = str(rows.item(0, "quantity")) == "saved_hours"
        what = "Hours saved" if saved else "Labeling hours"
        st.caption(f"{what} in the weeks ahead if one input alone were at its P10 or P90 and all others in the middle.")
        alt = "Bars: how far each input alone moves the result, the largest on top."
        bars = reading.shaped(figure, swings, chosen)
        shown.chart(bars, charts.tornado(shown.mode(), what), alt, "tornado")
        _inputs(rows)
        _narrower(figure.rows.filter(kind="hold-out", project=chosen))


def swings(rows: pl.DataFrame, project: str) -> pl.DataFrame:
    """Return the bars of a project: input, base, at_p10, at_p90."""
    own = rows.filter(kind="input", project=project).sort("swing", descending=True)
    return own.select(pl.col("input").str.replace_all("_", " "), "base", "at_p10", "at_p90")


def _inputs(rows: pl.DataFrame) -> None:
    with st.expander("The inputs, and where they come from"):
        number = st.column_config.NumberColumn
        st.dataframe(
            rows.select(
                "input",
                "origin",
                "input_p10",
                "input_p90",
                "at_p10",
                "at_p90",
                "swing",
                "rank_correlation",
                "explained",
            ).to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "input": st.column_config.TextColumn("Input", pinned=True),
                "origin": st.column_config.TextColumn("Origin", help="measured, assumed, published or borrowed"),
                "input_p10": number("P10 of the input", format="%,.2f"),
                "input_p90": number("P90 of the input", format="%,.2f"),
                "at_p10": number("Result there", format="%,.1f"),
                "at_p90": number("Result there (P90)", format="%,.1f"),
                "swing": number("Swing", format="%,.1f"),
                "rank_correlation": number("Rank correlation", format="%.2f"),
                "explained": number("Of the width", format="percent", help="Variance that knowing it would take away."),
            },
            alt="Inputs with their range, origin and effect",
            key="tornado-table",
        )


def _narrower(rows: pl.DataFrame) -> None:
    """Say what holding out further items buys."""
    for row in rows.iter_rows(named=True):
        compared = f" ({row['of_now']:.0%} of today's width)" if row["of_now"] is not None else ""
        price = row["price_hours"]
        cost = f"costs about {price:,.1f} h" if price >= 0 else f"spares about {-price:,.1f} h"
        st.caption(
            f"Holding out {row['items']:,} further items {cost} and gives the saving to ±{row['half_width']:.0%}"
            f"{compared}."
        )
