"""Saved scenarios compared with what was measured, on common draws: all scenarios use the same weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from dashboard.forecast.model.scenarios import compare_scenarios, summarize_scenarios
from dashboard.forecast.project_forecasts import AS_MEASURED, ProjectForecast, collect_inputs, load_forecasts
from dashboard.forecast.track_record import combine_verdicts
from dashboard.forecast.weeks import find_unit
from dashboard.inference.draws import add_draws
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

MEASURED_NAME = "as measured"
QUANTITIES = ("hours", "saved_hours", "net_hours", "cash")
COMPARISON_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "quantity": pl.String(),
    "unit": pl.String(),
    "scenario": pl.String(),
    "than": pl.String(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "p50_error": pl.Float64(),
    "probability": pl.Float64(),
    "weeks": pl.Int64(),
    "projects": pl.String(),
    "inputs": pl.String(),
    "gate": pl.String(),
    "reach": pl.Int64(),
}
"""`kind` scenario: its sum over the weeks ahead, with the Monte Carlo error of P50, and its inputs with their origin.
`kind` pair: the share of draws in which `scenario` beats `than` (fewer hours, or more saved), and by how much."""


def build_comparison_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every scenario about the projects that match the filters (columns of COMPARISON_SCHEMA)."""
    saved_inputs = run_query(snapshot, "scenarios", {})
    measured_forecasts = load_forecasts(snapshot, params)
    project_names = {forecast.history.project for forecast in measured_forecasts}
    scenario_names = (
        saved_inputs.filter(pl.col("project").is_in(["", *sorted(project_names)]))
        .get_column("scenario")
        .unique()
        .sort()
    )
    if not measured_forecasts:
        return pl.DataFrame(schema=COMPARISON_SCHEMA)
    weeks = max(
        forecast.plan.weeks for forecast in measured_forecasts
    )  # a scenario must not look better for being shorter
    names = [AS_MEASURED, *scenario_names]
    forecasts = {name or MEASURED_NAME: load_forecasts(snapshot, {**params, "weeks": weeks}, name) for name in names}
    input_texts = {name or MEASURED_NAME: describe_inputs(saved_inputs, name, project_names) for name in names}
    reasons = {name: explain_unprojected(projected) for name, projected in forecasts.items() if name != MEASURED_NAME}
    unknown = {name: why for name, why in reasons.items() if why}
    known = {name: projected for name, projected in forecasts.items() if name not in unknown}
    rows = [row for quantity in QUANTITIES for row in compare_quantity(quantity, known, input_texts, weeks)]
    rows += [
        {"kind": "scenario", "quantity": "hours", "unit": "hours", "scenario": name, "weeks": weeks,
         "inputs": f"{input_texts[name]}. {why}"}
        for name, why in unknown.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COMPARISON_SCHEMA)


def explain_unprojected(forecasts: Sequence[ProjectForecast]) -> str:
    """Return why a scenario can project no project at all, or "" where it can: the others are compared without it."""
    if any(forecast.projection for forecast in forecasts):
        return ""
    return " ".join(dict.fromkeys(forecast.why for forecast in forecasts))


def describe_inputs(saved_inputs: pl.DataFrame, scenario: str, projects: set[str]) -> str:
    """Describe what a scenario changes: each input with its origin and day."""
    if scenario == AS_MEASURED:
        return "everything as measured"
    scenario_inputs = saved_inputs.filter(pl.col("scenario") == scenario)
    input_texts: list[str] = []
    for project in sorted(projects):
        for name, assumption in collect_inputs(scenario_inputs, project).items():
            day = f", {assumption.as_of}" if assumption.as_of else ""
            input_texts.append(f"{name} {assumption.value:g} ({assumption.origin}{day})")
    return "; ".join(dict.fromkeys(input_texts)) or "nothing changed"


def compare_quantity(
    quantity: str, forecasts: Mapping[str, Sequence[ProjectForecast]], input_texts: Mapping[str, str], weeks: int
) -> list[dict[str, object]]:
    """Return the rows of one quantity, summed over the projects for which every scenario has it."""
    common_indexes = [
        index
        for index in range(len(forecasts[MEASURED_NAME]))
        if all(has_quantity(scenario_forecasts[index], quantity) for scenario_forecasts in forecasts.values())
    ]
    if not common_indexes:
        return []
    common_forecasts = [forecasts[MEASURED_NAME][index] for index in common_indexes]
    currencies = {forecast.history.price.currency for forecast in common_forecasts}
    if quantity == "cash" and len(currencies) > 1:
        return []
    draws_by_scenario = {
        name: sum_over_weeks([scenario_forecasts[index] for index in common_indexes], quantity)
        for name, scenario_forecasts in forecasts.items()
    }
    names = "; ".join(forecast.history.project for forecast in common_forecasts)
    gate, reach = combine_verdicts([(forecast.gate, forecast.reach) for forecast in common_forecasts])
    head = {
        "quantity": quantity, "unit": find_unit(quantity, next(iter(currencies))), "weeks": weeks, "projects": names,
        "gate": gate, "reach": reach,
    }  # fmt: skip
    scenario_rows = [
        {**head, "kind": "scenario", **row, "inputs": input_texts[str(row["scenario"])]}
        for row in summarize_scenarios(draws_by_scenario).to_dicts()
    ]
    pair_rows = [
        {**head, "kind": "pair", "scenario": row.pop("better"), **row}
        for row in compare_scenarios(draws_by_scenario, more_is_better=quantity != "hours").to_dicts()
    ]
    return [*scenario_rows, *pair_rows]


def has_quantity(forecast: ProjectForecast, quantity: str) -> bool:
    """Return whether a forecast has a quantity."""
    return forecast.projection is not None and quantity in forecast.projection.by_week


def sum_over_weeks(forecasts: Sequence[ProjectForecast], quantity: str) -> Reals:
    """Return the sum over projects and weeks, one value per draw."""
    weekly_draws = [forecast.projection.by_week[quantity] for forecast in forecasts if forecast.projection]
    summed_draws: Reals = add_draws(weekly_draws).sum(axis=1)
    return summed_draws
