"""The exchange rate on the page: the curve, the rate with its range, its price, and which runs are missing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.units import format_count
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    fold_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.filter_bar import Choice

UNLISTED = ("needed", "method")  # said above the tables


def show_exchange_rate(rate: Figure, choice: Choice) -> None:
    """Draw the card: one project at a time, because errors of two projects share no axis."""
    points = read_figure("exchange_rate_points", choice.filters)
    with st.container(border=True):
        show_title("What is a synthetic label worth?", rate, "exchange-rate")
        if points.unavailable or points.rows.is_empty():
            show_unavailable(rate)
            return
        project = choose_project(rate.rows, points.rows)
        for row in rate.rows.filter(project=project).iter_rows(named=True):
            st.markdown(escape_markdown(describe_reach(row)))
        if rate.unavailable:
            st.markdown("Not enough data: Evidence names the runs that would give a rate.")
        show_view(build_view(points, {"project": project}), points, "exchange-rate-points")


def choose_project(rates: pl.DataFrame, points: pl.DataFrame) -> str:
    """Return the project whose points are shown, those with a rate first."""
    rated = rates.drop_nulls("kappa").get_column("project")
    names = pl.concat([rated, points.get_column("project")]).unique(maintain_order=True).to_list()
    if len(names) == 1:
        return str(names[0])
    return str(st.selectbox("Project", names, key="exchange-project", width=320))


def describe_rate(rows: pl.DataFrame) -> str:
    """Return a project's rate with its interval, and up to which time a synthetic label pays; rows: one."""
    row = rows.row(0, named=True)
    value, low, high = (_format_rate(row[name]) for name in ("kappa", "kappa_low", "kappa_high"))
    text = f"one synthetic label is worth {value} labels by people ({low} to {high})."
    if row["worth_seconds"] is None:
        return text
    sure, limit = (_format_seconds(row[f"worth_seconds_{bound}"]) for bound in ("low", "high"))
    return f"{text} It pays if it costs less than {sure} of an annotator, and not above {limit}."


def describe_reach(row: Mapping[str, object]) -> str:
    """Return where the rate holds, or how many runs would give one."""
    if row["kappa"] is None:
        return f"Not enough data: {format_count(row['runs_missing'])} more runs would give a rate; Evidence names them."
    falls = "" if row["fits"] else " It falls with more synthetic labels."
    return (
        f"Holds for {format_count(row['human_from'])} to {format_count(row['human_to'])} labels by people and "
        f"{format_count(row['synthetic_from'])} to {format_count(row['synthetic_to'])} synthetic ones, at equal "
        f"quality.{falls}"
    )


def _format_rate(value: object) -> str:
    return f"{value:.2g}" if isinstance(value, float) else "–"


def _format_seconds(value: object) -> str:
    return f"{format_count(value)} s" if isinstance(value, float) else "–"


def show_exchange_tables(rate: Figure, choice: Choice) -> None:
    """Say which runs are missing, and list rates and points."""
    points = read_figure("exchange_rate_points", choice.filters)
    with st.container(border=True):
        show_title("Exchange rates in numbers", rate, "exchange-numbers")
        st.caption(
            "The same test set, the same code, and more or fewer labels by people and synthetic ones. Points of the "
            "chart: mean of the seeds, with their range. Lines: the fitted curve, where the runs carry one. Runs "
            "without labels by people are in the table only, as a logarithmic axis has no place for them. A rate is no "
            "saving without equal quality: see the reports below."
        )
        show_unavailable(rate)
        for row in rate.rows.filter(pl.col("needed").fill_null("") != "").iter_rows(named=True):
            text = escape_markdown(f"{row['words']} {row['needed']}")
            st.info(f"**{escape_markdown(str(row['project']))}**: {text}", icon=":material/playlist_add:")
        columns = [name for name in rate.rows.columns if name not in UNLISTED]
        fold_table("Rates", rate, columns, key="exchange-rate", alt="Exchange rate by project")
        alt = "Error by labels of people and synthetic labels"
        fold_table("Points of the chart", points, key="exchange-points", alt=alt)
