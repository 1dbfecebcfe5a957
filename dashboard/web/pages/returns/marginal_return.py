"""The next 40 hours on the page: labeling against modeling, with intervals, or the runs that are missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.synthetic.charts import draw_marginal_return
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)

BADGES: dict[str, tuple[str, str, Literal["blue", "orange", "gray"]]] = {
    "labeling": ("Labeling returns more", ":material/label:", "blue"),
    "modeling": ("Modeling returns more", ":material/model_training:", "orange"),
    "cannot rank": ("Cannot rank", ":material/help:", "gray"),
}


def show_marginal_return(figure: Figure) -> None:
    """Draw the card: bars with intervals, a verdict per project, and the table."""
    with st.container(border=True):
        show_title("The next 40 hours: labels or model?", figure, "marginal-return")
        st.caption(
            "Measured by ablation: the final code on parts of the labels, and earlier code on all of them. What a "
            "project's history suggests is only shown as consistent with a result, because there both grow together."
        )
        if show_unavailable(figure):
            return
        gains = figure.rows.drop_nulls("gain_share")
        if gains.height:
            alt = "Bars with intervals: share of the error that the next 40 hours remove, labeling and modeling."
            show_chart(gains, draw_marginal_return(theme_mode()), alt, "marginal-return")
        has_elasticity = pl.col("elasticity").is_not_null().any().over("project")
        with st.grid(2, min_column_width=320):
            for row in select_first_rows(figure.rows.filter(has_elasticity)):
                show_verdict_card(row)
        unmeasured = select_first_rows(figure.rows.filter(~has_elasticity))
        if unmeasured:
            with st.expander(f"{len(unmeasured)} more whose runs show neither"), st.grid(2, min_column_width=320):
                for row in unmeasured:
                    show_verdict_card(row)
        show_returns_table(figure.rows)


def select_first_rows(rows: pl.DataFrame) -> list[dict[str, object]]:
    """Return the first row of each project."""
    return rows.unique("project", keep="first", maintain_order=True).to_dicts()


def show_verdict_card(row: Mapping[str, object]) -> None:
    """Draw the verdict on one project and its basis."""
    label, icon, colour = BADGES[str(row["verdict"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{escape_markdown(str(row['project']))}**")
        st.badge(label, icon=icon, color=colour)
        st.markdown(escape_markdown(str(row["words"])))
        if row["needed"]:
            st.caption(escape_markdown(f"Needed: {row['needed']}"))
        st.caption(escape_markdown(str(row["history"])))


def show_returns_table(rows: pl.DataFrame) -> None:
    """List the returns of each activity."""
    number = st.column_config.NumberColumn
    shares = {"gain_share": "Error removed", "gain_low": "from", "gain_high": "to"}
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
                "seconds_a_label": number("Seconds per label", format="%,.1f"),
                "points": "Points",
                "runs": "Runs",
                "runs_missing": "Runs missing",
                "bends": "Curve bends",
            },
            alt="Return of the next hours by project and activity",
            key="marginal-return-table",
        )
        show_download("Download as CSV", rows, "marginal-return.csv", "marginal-return-csv")
