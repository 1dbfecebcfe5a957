"""What would change the outcome: the target and what it takes, and which input moves the result most."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.forecast.charts import draw_target_chance, draw_tornado
from dashboard.forecast.tornado import format_input
from dashboard.units import format_count, format_hours, format_share
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_explanation,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

LEVERS = {
    "acceptance": "Suggestions kept unchanged",
    "coverage": "Work offered to automation",
    "checking": "Time to check / time by hand",
}


def show_goal(choice: Choice) -> None:
    """Draw what would bring the labeling share to the viewer's target."""
    with st.container(border=True):
        st.subheader("What must be true to reach a target?", anchor=False)
        target = st.slider(
            "Labeling's share of labeling and modeling", 10, 90, 50, 5, format="%d %%", key="goal-target"
        )
        figure = read_figure("goal_seek", choice.filters, options=(("target", target / 100),))
        show_explanation(figure, "goal")
        if show_unavailable(figure):
            return
        for row in figure.rows.filter(kind="answer").iter_rows(named=True):
            st.markdown(escape_markdown(str(row["words"])))
        _show_needs(figure)
        curve = shape_rows(figure, select_chances)
        if curve.is_empty():
            st.caption("The share of suggestions kept makes no difference here, so there is no curve.")
        else:
            alt = "Lines: the chance of reaching the target by share of suggestions kept and use of freed hours."
            show_chart(curve, draw_target_chance(theme_mode()), alt, "goal")


def select_chances(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the chance of reaching the target by acceptance and mode."""
    return rows.filter(kind="curve").select("mode", "acceptance", "probability").sort("mode", "acceptance")


def _show_needs(figure: Figure) -> None:
    with st.expander("What each lever alone must be"):
        rows = figure.rows.filter(kind="lever").with_columns(pl.col("lever").replace(LEVERS))
        show_frame(
            scale_shares(
                rows.select("mode", "lever", "now", "value", "best", "reachable"), "now", "value", "best"
            ).to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "mode": st.column_config.TextColumn(
                    "Freed hours", help="reallocate: to modeling; release: they leave."
                ),
                "lever": "Lever",
                "now": st.column_config.NumberColumn("Now", format=SHARE_CELL),
                "value": st.column_config.NumberColumn("Needed", format=SHARE_CELL),
                "best": st.column_config.NumberColumn(
                    "Effort at best",
                    format=SHARE_CELL,
                    help="Effort relative to all work by hand, with this lever at its best value.",
                ),
                "reachable": "Reachable",
            },
            alt="What each lever must be to reach the target",
            key="goal-table",
        )


def show_tornado(choice: Choice, project: str) -> None:
    """Draw which input moves the result most, and what further measurement would gain."""
    figure = read_figure("tornado", choice.filters)
    with st.container(border=True):
        show_title("Which input matters most?", figure, "tornado")
        if show_unavailable(figure):
            return
        names = figure.rows.get_column("project").unique(maintain_order=True).to_list()
        selected = project if project in names else str(names[0])
        st.markdown(f"**{escape_markdown(selected)}**")
        rows = figure.rows.filter(kind="input", project=selected)
        is_savings = str(rows.item(0, "quantity")) == "saved_hours"
        quantity_label = "Hours saved" if is_savings else "Labeling hours"
        st.caption(
            f"{quantity_label} in the weeks ahead if one input were low or high (1 chance in 10 of going beyond "
            "either) and the others in the middle."
        )
        alt = "Bars: how far each input alone moves the result, the largest on top."
        bars = shape_rows(figure, select_swings, selected)
        show_chart(bars, draw_tornado(theme_mode(), quantity_label), alt, "tornado")
        _show_inputs(rows)
        _show_holdout_gain(figure.rows.filter(kind="hold-out", project=selected))


def select_swings(rows: pl.DataFrame, project: str) -> pl.DataFrame:
    """Return the bars of a project: input, base, at_p10, at_p90."""
    selected = rows.filter(kind="input", project=project).sort("swing", descending=True)
    return selected.select(build_input_title(), "base", "at_p10", "at_p90")


def build_input_title() -> pl.Expr:
    """Return the input of a row in words."""
    return pl.col("input").map_elements(format_input, return_dtype=pl.String)


def _show_inputs(rows: pl.DataFrame) -> None:
    with st.expander("The inputs, and where they come from"):
        number = st.column_config.NumberColumn
        show_frame(
            scale_shares(rows, "explained")
            .select(
                build_input_title(),
                "origin",
                "input_p10",
                "input_p90",
                "at_p10",
                "at_p90",
                "swing",
                "rank_correlation",
                "explained",
            )
            .to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "input": st.column_config.TextColumn("Input", pinned=True),
                "origin": st.column_config.TextColumn("Origin", help="measured, assumed, published or borrowed"),
                "input_p10": number("Low input (1 in 10 below)", format="%,.2f"),
                "input_p90": number("High input (1 in 10 above)", format="%,.2f"),
                "at_p10": number("Result at low input", format="%,.1f"),
                "at_p90": number("Result at high input", format="%,.1f"),
                "swing": number("Swing", format="%,.1f"),
                "rank_correlation": number("Rank correlation", format="%.2f"),
                "explained": number(
                    "Explained", format=SHARE_CELL, help="Share of the variance that knowing this input would remove."
                ),
            },
            alt="Inputs with their range, origin and effect",
            key="tornado-table",
        )


def _show_holdout_gain(rows: pl.DataFrame) -> None:
    """Say what holding out further items costs and gains."""
    for row in rows.iter_rows(named=True):
        comparison = f" ({format_share(row['of_now'])} of today's width)" if row["of_now"] is not None else ""
        price = row["price_hours"]
        cost = f"costs about {format_hours(price)}" if price >= 0 else f"saves about {format_hours(-price)}"
        st.caption(
            f"Holding out {format_count(row['items'])} further items {cost} and narrows the saving to "
            f"±{format_share(row['half_width'])}"
            f"{comparison}."
        )
