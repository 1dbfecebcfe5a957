"""The exchange rate on the page: the curve, the rate with its range, its price, and which runs are missing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.filter_bar import Choice

UNLISTED = ("words", "needed", "method")  # said above the chart


def show_exchange_rate(rate: Figure, choice: Choice) -> None:
    """Draw the card: one project at a time, because errors of two projects share no axis."""
    points = read_figure("exchange_rate_points", choice.filters)
    with st.container(border=True):
        show_title("What a synthetic label is worth", rate, "exchange-rate")
        st.caption(
            "The same test set, the same code, and more or fewer labels by people and synthetic ones: how many labels "
            "by people one synthetic label replaces. It is no saving without equal quality: see the reports below."
        )
        show_unavailable(rate)
        if points.unavailable or points.rows.is_empty():
            return
        project = choose_project(rate.rows, points.rows)
        row = rate.rows.filter(project=project)
        if row.height:
            show_rate(row.row(0, named=True))
        show_curves(points, project)
        show_tables(rate, points)


def choose_project(rates: pl.DataFrame, points: pl.DataFrame) -> str:
    """Return the project whose points are shown, those with a rate first."""
    rated = rates.drop_nulls("kappa").get_column("project")
    names = pl.concat([rated, points.get_column("project")]).unique(maintain_order=True).to_list()
    if len(names) == 1:
        return str(names[0])
    return str(st.selectbox("Project", names, key="exchange-project", width=320))


def show_rate(row: Mapping[str, object]) -> None:
    """Write the rate, or why there is none and which runs would give one."""
    with st.container(horizontal=True):
        if row["kappa"] is not None:
            value, low, high = (_format_rate(row[name]) for name in ("kappa", "kappa_low", "kappa_high"))
            st.metric("Labels by people per synthetic label", value, help=f"Interval {low} to {high}.")
        if row["worth_seconds"] is not None:
            value, low, high = (_format_seconds(row[f"worth_seconds{bound}"]) for bound in ("", "_low", "_high"))
            st.metric("Pays below", value, help=f"Of an annotator's time for each synthetic label; {low} to {high}.")
    st.markdown(escape_markdown(str(row["words"])))
    if row["needed"]:
        st.info(escape_markdown(str(row["needed"])), icon=":material/playlist_add:")


def _format_rate(value: object) -> str:
    return f"{value:.2g}" if isinstance(value, float) else "–"


def _format_seconds(value: object) -> str:
    return f"{value:,.1f} s" if isinstance(value, float) else "–"


def show_curves(points: Figure, project: str) -> None:
    """Draw the curves of one project."""
    if show_view(build_view(points, {"project": project}), points, "exchange-rate-points"):
        st.caption(
            "Points: mean of the seeds, with their range. Lines: the fitted curve, where the runs carry one. Both axes "
            "are logarithmic, so runs without labels by people are in the table only."
        )


def show_tables(rate: Figure, points: Figure) -> None:
    """List rates and points."""
    with st.expander("Rates and points as tables"):
        if rate.rows.height:
            columns = [name for name in rate.rows.columns if name not in UNLISTED]
            show_table(rate.rows, rate.name, columns, "exchange-rate", "Exchange rate by project")
        alt = "Error by labels of people and synthetic labels"
        show_table(points.rows, points.name, None, "exchange-points", alt)
