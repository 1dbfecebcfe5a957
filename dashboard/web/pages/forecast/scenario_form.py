"""Try a scenario: a slider for each input, starting at its measured value; moved ones are saved under a name."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.scenarios import SHARE_INPUTS, save_scenario
from dashboard.web.cached_store import open_store, read_figure, utc_today
from dashboard.web.components import escape_markdown, show_error
from dashboard.web.editable_sheet import rerun_with_message
from dashboard.web.filter_bar import Choice

INPUT_LABELS = {
    "coverage": "Items offered to automation, %",
    "acceptance": "Suggestions kept unchanged, %",
    "manual_seconds": "Seconds per item by hand",
    "verify_seconds": "Seconds to check a suggestion kept",
    "correct_seconds": "Seconds to check and correct another",
    "rework_seconds": "Seconds of rework per automated item",
    "items_per_week": "Items per week",
    "team_size": "People who label",
    "hourly": "Money per hour",
    "review_rate": "Labels that are reviewed, %",
}
PERCENT = 100


def show_scenario_sliders(choice: Choice, project: str) -> None:
    """Draw the sliders of a project, and save the moved ones."""
    figure = read_figure("tornado", choice.filters)
    if figure.unavailable:
        return
    rows = figure.rows.filter(pl.col("kind").is_in(["input", "now"]))
    names = rows.get_column("project").unique(maintain_order=True).to_list()
    selected = project if project in names else str(names[0])
    with st.expander(f"Try one with sliders: {escape_markdown(selected)}", key="try"):
        measured = compute_middles(rows, selected)
        if "review_rate" not in measured:
            st.caption("Share of labels reviewed: not enough data; at least 30 timed reviews are needed.")
        with st.form(f"try-{selected}", border=False, enter_to_submit=False):
            name = st.text_input("Name", key="try-name", max_chars=80, width=320, placeholder="What if ...")
            with st.grid(2, min_column_width=280):
                moved = {input_: show_slider(selected, input_, value) for input_, value in measured.items()}
            is_submitted = st.form_submit_button("Save the scenario", type="primary", key="try-save")
        if is_submitted:
            try:
                save_moved_inputs(
                    name,
                    selected,
                    {
                        input_name: value
                        for input_name, value in moved.items()
                        if value != slider_start(input_name, measured[input_name])
                    },
                )
            except DashboardError as error:
                show_error(error)


def compute_middles(rows: pl.DataFrame, project: str) -> dict[str, float]:
    """Return the middle of each input of a project that has a slider, by name."""
    selected = rows.filter(pl.col("input").is_in(list(INPUT_LABELS)), project=project)
    middle = (pl.col("input_p10") + pl.col("input_p90")) / 2
    middles = dict(selected.select("input", middle.alias("middle")).iter_rows())
    return {name: float(middles[name]) for name in INPUT_LABELS if name in middles}


def slider_start(input_: str, value: float) -> float:
    """Return the initial value of an input's slider: whole percent, or a whole number."""
    return float(round(value * PERCENT)) if input_ in SHARE_INPUTS else float(round(value))


def show_slider(project: str, input_: str, value: float) -> float:
    """Draw one slider, from zero to three times the measured value; shares from 0 to 100%."""
    initial = slider_start(input_, value)
    maximum = float(PERCENT) if input_ in SHARE_INPUTS else max(3 * initial, 10.0)
    return float(
        st.slider(INPUT_LABELS[input_], 0.0, maximum, initial, 1.0, format="%,.0f", key=f"try-{project}-{input_}")
    )


def save_moved_inputs(name: str, project: str, moved: dict[str, float]) -> None:
    """Save the moved sliders as assumed inputs of today, and rerun the page.

    Raises:
        DashboardError: as `scenarios.save_scenario`.
    """
    if not name.strip() or not moved:
        st.warning("Give the scenario a name, and move at least one slider.", icon=":material/edit:")
        return
    if {"items_per_week", "team_size"} <= moved.keys():
        message = "Move items per week or people, not both: the one is the other at the present pace of each person."
        st.warning(message, icon=":material/edit:")
        return
    today: date = utc_today()
    inputs = [
        {
            "input": input_,
            "value": value / PERCENT if input_ in SHARE_INPUTS else value,
            "origin": "assumed",
            "as_of": today,
            "source": "slider",
        }
        for input_, value in moved.items()
    ]
    is_replaced = save_scenario(open_store(), name.strip(), inputs, project)
    rerun_with_message("scenarios", f"{name.strip()} is {'replaced' if is_replaced else 'saved'}.")
