"""What errors cost downstream, by the kind of label and how it began."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

COUNTS = {"reviewed": "Reviewed", "errors": "Errors", "steps": "Steps", "timed_steps": "of these timed"}
SHARES = {"error_share": "Errors, of reviewed", "error_low": "from", "error_high": "to", "timed_share": "Steps timed"}
HOURS = {
    "hours": "Hours, timed",
    "sent_back_hours": "sending back",
    "fixed_hours": "fixing in review",
    "rework_hours": "rework",
}


def show(choice: Choice) -> None:
    """List errors and their hours, with how much of the work they caused is timed."""
    figure = reading.read("error_cost", choice.filters)
    with st.container(border=True):
        shown.head(figure.title, figure, "errors")
        if shown.refused(figure):
            return
        st.markdown(sentence(figure.rows.row(0, named=True)))
        st.dataframe(
            figure.rows.filter(pl.col("label_kind") != "(all kinds)"),
            hide_index=True,
            placeholder="–",
            column_config={
                "label_kind": st.column_config.TextColumn("Label kind", pinned=True),
                "origin": "Began",
                **{name: st.column_config.NumberColumn(title, format="localized") for name, title in COUNTS.items()},
                **{name: st.column_config.NumberColumn(title, format="percent") for name, title in SHARES.items()},
                **{name: st.column_config.NumberColumn(title, format="%,.1f") for name, title in HOURS.items()},
                "whole_errors": st.column_config.NumberColumn("Errors, fully timed", format="localized"),
                "hours_per_error": st.column_config.NumberColumn("Hours an error", format="%.2f"),
            },
            column_order=(
                "label_kind", "origin", "reviewed", "errors", "error_share", "error_low", "error_high", *HOURS,
                "timed_share", "timed_steps", "steps", "whole_errors", "hours_per_error",
            ),
            alt="Errors by kind of label and how it began, with the hours they cost downstream",
            key="errors-table",
        )  # fmt: skip
        shown.download("Download as CSV", figure.rows, "error-cost.csv", "errors-csv")


def sentence(row: dict[str, object]) -> str:
    """Return what all errors cost, and of how much of their work that is known."""
    errors, reviewed, steps, timed = (int(str(row[name])) for name in ("errors", "reviewed", "steps", "timed_steps"))
    if not errors:
        return f"Reviews of {reviewed:,} items found no error."
    found = f"{errors:,} of {reviewed:,} reviewed items had an error."
    if not timed:
        return f"{found} No step that followed is timed, so what they cost is unknown."
    least = "" if timed == steps else "at least "
    return (
        f"{found} They cost {least}**{theme.hours(float(str(row['hours'])))}**: {timed:,} of {steps:,} steps are timed."
    )
