"""The exchange rate on the page: the curve, the rate with its range, its price, and which runs are missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.synthetic.charts import build_mixture_points, draw_exchange_rate, list_mixture_kinds
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice


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
        show_curves(points.rows.filter(project=project))
        show_tables(rate.rows, points.rows)


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
            st.metric("Labels by people for one synthetic", value, help=f"Interval {low} to {high}.")
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


def show_curves(points: pl.DataFrame) -> None:
    """Draw the curves of one project."""
    curves = build_mixture_points(points)
    if curves.is_empty():
        return
    alt = "Error against labels by people, both on logarithmic axes, a curve for each number of synthetic labels."
    show_chart(
        curves,
        draw_exchange_rate(theme_mode(), list_mixture_kinds(curves)),
        alt,
        "exchange-rate-points",
    )
    st.caption(
        "Points: mean of the seeds, with their range. Lines: the fitted curve, where the runs carry one. Both axes are "
        "logarithmic, so runs without labels by people are in the table only."
    )


def show_tables(rates: pl.DataFrame, points: pl.DataFrame) -> None:
    """List rates and points."""
    with st.expander("Rates and points as tables"):
        if rates.height:
            st.dataframe(
                rates.drop("words", "needed", "method"),
                hide_index=True,
                placeholder="–",
                column_config=_build_rate_columns(),
                alt="Exchange rate by project",
                key="exchange-rate-table",
            )
        number = st.column_config.NumberColumn
        st.dataframe(
            points,
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "metric": "Metric",
                "human": number("Labels by people", format="%,.0f"),
                "synthetic": number("Synthetic labels", format="%,.0f"),
                "error": number("Error", format="%.4f"),
                "error_low": number("Best seed", format="%.4f"),
                "error_high": number("Worst seed", format="%.4f"),
                "seeds": "Seeds",
                "fitted_error": number("Curve", format="%.4f"),
            },
            alt="Error by labels of people and synthetic labels",
            key="exchange-points-table",
        )
        show_download("Download as CSV", points, "exchange-rate-points.csv", "exchange-points-csv")


def _build_rate_columns() -> dict[str, Any]:
    """Return the column configuration of the rates table."""
    number = st.column_config.NumberColumn
    return {
        "project": st.column_config.TextColumn("Project", pinned=True),
        "metric": "Metric",
        "code_version": "Code version",
        "kappa": number("Rate", format="%.3f"),
        "kappa_low": number("from", format="%.3f"),
        "kappa_high": number("to", format="%.3f"),
        "level_share": number("Level", format="percent"),
        "human_from": number("Labels by people, from", format="%,.0f"),
        "human_to": number("to", format="%,.0f"),
        "synthetic_from": number("Synthetic, from", format="%,.0f"),
        "synthetic_to": number("to", format="%,.0f"),
        "seconds_a_label": number("Seconds per label", format="%,.1f"),
        "worth_seconds": number("Pays below, s", format="%,.1f"),
        "worth_seconds_low": number("from", format="%,.1f"),
        "worth_seconds_high": number("to", format="%,.1f"),
        "seed_noise_share": number("Seeds differ by", format="percent"),
        "fits": "Curve fits",
        "points": "Points",
        "runs": "Runs",
        "runs_missing": "Runs missing",
    }
