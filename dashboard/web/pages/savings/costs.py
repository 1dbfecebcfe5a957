"""What labels cost in money: accepted labels by dataset, and labels from models."""

from __future__ import annotations

import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_table, show_title, show_unavailable
from dashboard.web.filter_bar import Choice

LABEL_COLUMNS = (
    "project",
    "dataset",
    "currency",
    "cost_per_accepted",
    "is_lower_bound",
    "accepted",
    "reviewed",
    "produced",
    "people_cost",
    "running_cost",
    "model_cost",
    "cost",
    "hours",
    "hours_without_rate",
    "calls_without_price",
    "untimed",
)


def show_label_costs(choice: Choice) -> None:
    """Draw the cost per accepted label and the cost of models."""
    cost = read_figure("cost_per_accepted_label", choice.filters)
    models = read_figure("label_cost_llm", choice.filters)
    with st.container(border=True):
        show_title("What an accepted label costs", cost, "label-cost")
        if not show_unavailable(cost):
            show_label_table(cost)
        if not models.unavailable:
            show_title("What labels from models cost", models, "model-cost")
            columns = ("project", *(name for name in models.rows.columns if name != "project"))
            alt = "What labels from models cost, by project, model and currency"
            show_table(models.rows, models.name, columns, "model-cost", alt)


def show_label_table(figure: Figure) -> None:
    """List the cost per accepted label by dataset and currency."""
    rows = figure.rows
    if rows.get_column("is_lower_bound").any():
        st.caption(
            "Some hours have no rate, some labels no time, or some calls no price: those costs are lower bounds and "
            "marked so."
        )
    alt = "What an accepted label costs, by project, dataset and currency"
    show_table(rows, figure.name, LABEL_COLUMNS, "label-cost", alt)
