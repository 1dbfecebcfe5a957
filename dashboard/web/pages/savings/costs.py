"""What labels cost in money: by dataset, and what models cost of it."""

from __future__ import annotations

import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_download, show_title, show_unavailable
from dashboard.web.filter_bar import Choice

LOWER_BOUND = "Lower bound"


def show_label_costs(choice: Choice) -> None:
    """Draw the cost per accepted label and the cost of models."""
    cost = read_figure("cost_per_accepted_label", choice.filters)
    models = read_figure("label_cost_llm", choice.filters)
    with st.container(border=True):
        show_title("What an accepted label costs", cost, "label-cost")
        if not show_unavailable(cost):
            show_label_table(cost)
        if not models.unavailable:
            show_title("What models cost of it", models, "model-cost")
            show_model_table(models)


def show_label_table(figure: Figure) -> None:
    """List the cost per accepted label by dataset and currency."""
    rows = figure.rows
    if rows.get_column("is_lower_bound").any():
        st.caption(
            "Some hours have no rate, some labels no time, or some calls no price: those costs are lower bounds and "
            "marked so."
        )
    money = {"people_cost": "People", "running_cost": "Running", "model_cost": "Models", "cost": "Together"}
    counts = {"accepted": "Accepted or not reviewed", "reviewed": "Reviewed", "produced": "Produced"}
    st.dataframe(
        rows.to_arrow(),
        hide_index=True,
        placeholder="–",
        column_order=(
            "project",
            "dataset",
            "currency",
            "cost_per_accepted",
            "is_lower_bound",
            *counts,
            *money,
            "hours",
            "hours_without_rate",
            "calls_without_price",
            "untimed",
        ),
        column_config={
            "project": st.column_config.TextColumn("Project", pinned=True),
            "dataset": "Dataset",
            "currency": "Currency",
            "cost_per_accepted": st.column_config.NumberColumn("Per accepted label", format="%,.2f"),
            "is_lower_bound": st.column_config.CheckboxColumn(LOWER_BOUND),
            **{name: st.column_config.NumberColumn(title, format="localized") for name, title in counts.items()},
            **{name: st.column_config.NumberColumn(title, format="%,.2f") for name, title in money.items()},
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f h"),
            "hours_without_rate": st.column_config.NumberColumn("Hours without a rate", format="%,.1f h"),
            "calls_without_price": st.column_config.NumberColumn("Calls without a price", format="localized"),
            "untimed": st.column_config.NumberColumn("Labels without a time", format="localized"),
        },
        alt="What an accepted label costs, by project, dataset and currency",
        key="label-cost-table",
    )
    show_download("Download as CSV", rows, "cost-per-accepted-label.csv", "label-cost-csv")


def show_model_table(figure: Figure) -> None:
    """List tokens and cost by model."""
    rows = figure.rows
    counts = {
        "items": "Items",
        "accepted": "Accepted",
        "reviewed": "Reviewed",
        "tokens": "Tokens",
        "without_cost": "Without a known cost",
    }
    st.dataframe(
        rows.to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config={
            "project": st.column_config.TextColumn("Project", pinned=True),
            "model": "Model",
            "currency": "Currency",
            **{name: st.column_config.NumberColumn(title, format="localized") for name, title in counts.items()},
            "cost": st.column_config.NumberColumn("Cost", format="%,.2f"),
            "cost_per_accepted": st.column_config.NumberColumn("Per accepted label", format="%,.4f"),
        },
        alt="What labels from models cost, by project, model and currency",
        key="model-cost-table",
    )
    show_download("Download as CSV", rows, "label-cost-models.csv", "model-cost-csv")
