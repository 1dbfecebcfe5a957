"""The next 40 hours on the page: labeling against modeling, with intervals, or the runs that would tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.charts import returns as charts
from dashboard.figures import Figure
from dashboard.pages import shown

BADGES: dict[str, tuple[str, str, Literal["blue", "orange", "gray"]]] = {
    "labeling": ("Labeling returns more", ":material/label:", "blue"),
    "modeling": ("Modeling returns more", ":material/model_training:", "orange"),
    "cannot rank": ("Cannot rank", ":material/help:", "gray"),
}


def show(figure: Figure) -> None:
    """Draw the card: bars with intervals, a verdict a project, and the table."""
    with st.container(border=True):
        shown.head("The next 40 hours: labels or model?", figure, "marginal-return")
        st.caption(
            "Measured by taking away: the final code on parts of the labels, and earlier code on all of them. What a "
            "project's history suggests is shown as consistent with, because there both grow together."
        )
        if shown.refused(figure):
            return
        known = figure.rows.drop_nulls("gain_share")
        if known.height:
            alt = "Bars with intervals: share of the error that the next 40 hours take away, labeling and modeling."
            shown.chart(known, charts.marginal_return(shown.mode()), alt, "marginal-return")
        told = pl.col("elasticity").is_not_null().any().over("project")
        with st.grid(2, min_column_width=320):
            for row in each(figure.rows.filter(told)):
                card(row)
        rest = each(figure.rows.filter(~told))
        if rest:
            with st.expander(f"{len(rest)} more with runs that tell neither"), st.grid(2, min_column_width=320):
                for row in rest:
                    card(row)
        table(figure.rows)


def each(rows: pl.DataFrame) -> list[dict[str, object]]:
    """Return the first row of each project."""
    return rows.unique("project", keep="first", maintain_order=True).to_dicts()


def card(row: Mapping[str, object]) -> None:
    """Draw the verdict on one project and what it stands on."""
    word, icon, colour = BADGES[str(row["verdict"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{shown.literal(str(row['project']))}**")
        st.badge(word, icon=icon, color=colour)
        st.markdown(shown.literal(str(row["words"])))
        if row["needed"]:
            st.caption(shown.literal(f"Needed: {row['needed']}"))
        st.caption(shown.literal(str(row["history"])))


def table(rows: pl.DataFrame) -> None:
    """List what is known of each activity."""
    number = st.column_config.NumberColumn
    shares = {"gain_share": "Error gone", "gain_low": "from", "gain_high": "to"}
    contrast = {"contrast_share": "Labeling less modeling", "contrast_low": "from", "contrast_high": "to"}
    with st.expander("Returns as a table"):
        st.dataframe(
            rows.drop("words", "needed", "method", "history", "gain_an_hour"),
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "metric": "Metric",
                "activity": "Spent on",
                "verdict": "Verdict",
                **{name: number(title, format="percent") for name, title in (shares | contrast).items()},
                "next_hours": number("Next hours", format="%.0f"),
                "elasticity": number("Elasticity", format="%.3f"),
                "elasticity_low": number("from", format="%.3f"),
                "elasticity_high": number("to", format="%.3f"),
                "error": number("Error now", format="%.4f"),
                "labels": number("Labels now", format="%,.0f"),
                "modeling_hours": number("Modeling hours now", format="%,.0f"),
                "seconds_a_label": number("Seconds a label", format="%,.1f"),
                "points": "Points",
                "runs": "Runs",
                "runs_missing": "Runs missing",
                "bends": "Curve bends",
            },
            alt="Return of the next hours by project and activity",
            key="marginal-return-table",
        )
        shown.download("Download as CSV", rows, "marginal-return.csv", "marginal-return-csv")
