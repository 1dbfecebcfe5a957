"""Try a scenario: a slider for each input, set to what was measured; what is moved is saved under a name."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.mapping import scenarios as kept
from dashboard.pages import reading, sheet, shown
from dashboard.pages.bar import Choice

LABELS = {
    "coverage": "Items offered to automation, %",
    "acceptance": "Suggestions kept as they come, %",
    "manual_seconds": "Seconds an item by hand",
    "verify_seconds": "Seconds to check a suggestion that is kept",
    "correct_seconds": "Seconds to check and correct one that is not",
    "rework_seconds": "Seconds of rework an automated item",
    "items_per_week": "Items a week",
    "hourly": "Money an hour",
}
PERCENT = 100


def show(choice: Choice, project: str) -> None:
    """Draw the sliders of a project and save what was moved."""
    figure = reading.read("tornado", choice.filters)
    if figure.refused:
        return
    rows = figure.rows.filter(kind="input")
    names = rows.get_column("project").unique(maintain_order=True).to_list()
    with st.expander("Try one with sliders", key="try"):
        chosen = project if project in names else str(st.selectbox("Project", names, key="try-project", width=260))
        measured = middles(rows, chosen)
        with st.form(f"try-{chosen}", border=False, enter_to_submit=False):
            name = st.text_input("Name", key="try-name", max_chars=80, width=320, placeholder="What if ...")
            with st.grid(2, min_column_width=280):
                moved = {input_: slider(chosen, input_, value) for input_, value in measured.items()}
            asked = st.form_submit_button("Save the scenario", type="primary", key="try-save")
        if asked:
            try:
                save(name, chosen, {one: value for one, value in moved.items() if value != start(one, measured[one])})
            except DashboardError as error:
                shown.box(error)


def middles(rows: pl.DataFrame, project: str) -> dict[str, float]:
    """Return the middle of each input of a project that has a slider, by name."""
    own = rows.filter(pl.col("input").is_in(list(LABELS)), project=project)
    middle = (pl.col("input_p10") + pl.col("input_p90")) / 2
    found = dict(own.select("input", middle.alias("middle")).iter_rows())
    return {name: float(found[name]) for name in LABELS if name in found}


def start(input_: str, value: float) -> float:
    """Return where the slider of an input stands at first: whole percent, or a whole number."""
    return float(round(value * PERCENT)) if input_ in kept.SHARES else float(round(value))


def slider(project: str, input_: str, value: float) -> float:
    """Draw one slider, from nothing to three times what was measured; shares from 0 to 100 %."""
    at = start(input_, value)
    most = float(PERCENT) if input_ in kept.SHARES else max(3 * at, 10.0)
    return float(st.slider(LABELS[input_], 0.0, most, at, 1.0, format="%,.0f", key=f"try-{project}-{input_}"))


def save(name: str, project: str, moved: dict[str, float]) -> None:
    """Save what was moved as assumed inputs of today, and start the page anew.

    Raises:
        DashboardError: as `scenarios.save_scenario`.
    """
    if not name.strip() or not moved:
        st.warning("Give the scenario a name, and move at least one slider.", icon=":material/edit:")
        return
    today: date = reading.today()
    inputs = [
        {
            "input": input_,
            "value": value / PERCENT if input_ in kept.SHARES else value,
            "origin": "assumed",
            "as_of": today,
            "source": "slider",
        }
        for input_, value in moved.items()
    ]
    kept.save_scenario(reading.store(), name.strip(), inputs, project)
    sheet.done("scenarios", f"{name.strip()} is kept.")
