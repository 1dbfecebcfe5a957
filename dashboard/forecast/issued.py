"""Projections as they were issued: store one, score it when its weeks are over, and list what changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard.errors import BadFilter
from dashboard.filters import Filters
from dashboard.forecast import issued_records
from dashboard.forecast.issued_records import IssuedProjection, IssuedQuantity
from dashboard.forecast.model.plan import Projection
from dashboard.forecast.project_forecasts import (
    AS_MEASURED,
    COURSE_INPUTS,
    MAX_HORIZON,
    ProjectForecast,
    load_forecasts,
    resolve_scenario,
)
from dashboard.forecast.track_record import UNKNOWN
from dashboard.forecast.weeks import build_human_hours, select_measured_weeks
from dashboard.inference.draws import compute_ratio_percentiles, compute_total_percentiles
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

SIGNIFICANT_DIGITS = 9  # sums in another order differ in their last digits only, and are the same inputs
MAX_COMPARED_WEEKS = 12  # issue weeks whose inputs are recomputed: each needs an estimate of its own
QUANTITIES = ("hours_per_item", "hours", "saved_hours", "items")
ISSUED_SCHEMA: dict[str, pl.DataType] = {
    "projection_id": pl.Int64(),
    "issued_at": pl.Datetime("us"),
    "project": pl.String(),
    "scenario": pl.String(),
    "horizon_weeks": pl.Int64(),
    "first_on": pl.Date(),
    "last_on": pl.Date(),
    "quantity": pl.String(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "actual": pl.Float64(),
    "inside": pl.Boolean(),
    "state": pl.String(),
    "gate": pl.String(),
    "moved": pl.Int64(),
    "moved_words": pl.String(),
    "seed": pl.Int64(),
    "draws": pl.Int64(),
    "inputs_hash": pl.String(),
    "code_version": pl.String(),
    "issued_by": pl.String(),
}
"""One row per projection and quantity, newest first. `actual` is known once all weeks are over (`state` scored);
`moved` counts the inputs that would differ today, and is null if that was not computed."""


def issue_projection(
    store: Store, project: str, weeks: int | None = None, scenario: str = AS_MEASURED, who: str | None = None,
    *, today: date, now: datetime | None = None,
) -> int:  # fmt: skip
    """Project one project from its last complete week, store the projection for good, and return its number.

    Raises:
        BadFilter: no complete week of such a project, no such scenario, too many weeks, or no projection.
    """
    if weeks is not None and not 1 <= weeks <= MAX_HORIZON:
        raise BadFilter(f"{weeks} weeks cannot be projected.", f"Take 1 to {MAX_HORIZON} weeks.")
    with store.snapshot() as snapshot:
        params = {**Filters(projects=(project,)).parameters(), "today": today}
        complete_weeks = run_query(snapshot, "weeks", params).get_column("week_on")
        if complete_weeks.is_empty():
            raise BadFilter(f"There is no complete week of labels in {project!r}.", "Name a project that has one.")
        scenario_name = resolve_scenario(snapshot, {"scenario": scenario})
        forecast = rebuild_forecast(snapshot, project, complete_weeks.to_list()[-1], weeks, scenario_name, learns=True)
    if forecast.projection is None:
        raise BadFilter(f"Nothing can be projected in {project}.", forecast.why)
    return issued_records.issue_projection(store, build_issued_record(forecast, forecast.projection), who, now=now)


def rebuild_forecast(
    snapshot: Snapshot, project: str, week_on: date, weeks: int | None, scenario: str, *, learns: bool
) -> ProjectForecast:
    """Return a project's forecast from what the store now knows about the time up to the end of a week.

    Raises:
        BadFilter: the store no longer has any history of the project up to then.
    """
    parameters = {**Filters(to_on=week_on + timedelta(days=6)).parameters(), "today": week_on + timedelta(days=7)}
    forecasts = load_forecasts(
        snapshot, {**parameters, "weeks": weeks, "learns": learns, "then": parameters["today"]}, scenario
    )
    project_forecasts = [forecast for forecast in forecasts if forecast.history.project == project]
    if not project_forecasts:
        raise BadFilter(f"There is no history of {project!r} up to {week_on}.", "Import its labels.")
    return project_forecasts[0]


def build_issued_record(forecast: ProjectForecast, projection: Projection) -> IssuedProjection:
    """Build the record that is stored of a projection."""
    weeks = projection.by_week["hours"].shape[1]
    spreads = {
        name: compute_total_percentiles(projection.by_week[name]) for name in QUANTITIES if name in projection.by_week
    }
    spreads["hours_per_item"] = compute_ratio_percentiles(projection.by_week["hours"], projection.by_week["items"])
    return IssuedProjection(
        project=forecast.history.project,
        scenario=forecast.scenario,
        horizon_weeks=weeks,
        first_on=projection.first_on,
        last_on=projection.first_on + timedelta(days=7 * weeks - 1),
        history_to=forecast.history.next_on - timedelta(days=7),
        seed=projection.seed,
        draws=projection.draws,
        items=spreads["items"].p50,
        inputs=serialize_inputs(forecast, projection),
        quantities=[IssuedQuantity(name, **vars(spreads[name])) for name in QUANTITIES if name in spreads],
        gate=forecast.gate or UNKNOWN,
    )


def serialize_inputs(forecast: ProjectForecast, projection: Projection) -> dict[str, object]:
    """Return everything a projection was computed from, as JSON values."""
    input_records = [
        {name: normalize_value(value) for name, value in vars(assumption).items()}
        for assumption in projection.assumptions
    ]
    planned_inputs = {name: getattr(forecast.plan, name) for name in ("items", *COURSE_INPUTS)}
    input_records += [
        {"name": name, "value": normalize_value(value), "origin": "assumed"}
        for name, value in planned_inputs.items()
        if value
    ]
    weeks = forecast.history.weeks.to_dict(as_series=False)
    return {
        "inputs": input_records,
        "weeks": {name: [normalize_value(value) for value in values] for name, values in weeks.items()},
    }


def normalize_value(value: object) -> object:
    """Return a number without the digits that depend on the order of a sum, or a day as ISO text."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return value.isoformat() if isinstance(value, date) else value


def build_issued_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every issued projection with its score and what changed since (columns of ISSUED_SCHEMA)."""
    issued_rows = run_query(snapshot, "projections", {})
    project_filter = params["projects"]
    if isinstance(project_filter, list) and project_filter:
        issued_rows = issued_rows.filter(pl.col("project").is_in(project_filter))
    if issued_rows.is_empty():
        return pl.DataFrame(schema=ISSUED_SCHEMA)
    parameters = {**Filters().parameters(), "today": params["today"], "learns": False}
    current_forecasts = {forecast.history.project: forecast for forecast in load_forecasts(snapshot, parameters)}
    recomputed_days = issued_rows.get_column("history_to").unique().sort(descending=True).to_list()[:MAX_COMPARED_WEEKS]
    moved_inputs: dict[int, pl.DataFrame | None] = {}
    scored_rows: list[dict[str, object]] = []
    for row in issued_rows.iter_rows(named=True):
        if row["projection_id"] not in moved_inputs:
            moved_inputs[row["projection_id"]] = (
                list_moved_inputs(snapshot, row) if row["history_to"] in recomputed_days else None
            )
        scored_rows.append(score_row(row, current_forecasts.get(row["project"]), moved_inputs[row["projection_id"]]))
    return pl.DataFrame(scored_rows, schema=ISSUED_SCHEMA).sort(
        "projection_id",
        pl.col("quantity").replace_strict({name: rank for rank, name in enumerate(QUANTITIES)}, default=9),
        descending=[True, False],
    )


def list_moved_inputs(snapshot: Snapshot, row: Mapping[str, Any]) -> pl.DataFrame:
    """Return which inputs of an issued projection would differ today: input, then, now."""
    issued_inputs = json.loads(row["inputs"])
    try:
        forecast = rebuild_forecast(
            snapshot, row["project"], row["history_to"], row["horizon_weeks"], row["scenario"], learns=False
        )
    except BadFilter:
        return issued_records.compare_inputs(issued_inputs, {})
    return issued_records.compare_inputs(
        issued_inputs, serialize_inputs(forecast, forecast.projection) if forecast.projection else {}
    )


def score_row(
    row: Mapping[str, Any], forecast: ProjectForecast | None, moved_inputs: pl.DataFrame | None
) -> dict[str, object]:
    """Return a row with what came and which inputs changed."""
    actual = compute_actual(forecast, row["quantity"], row["first_on"], row["last_on"]) if forecast else None
    moved_text = (
        None
        if moved_inputs is None
        else "; ".join(
            f"{name}: {before or 'none'} → {after or 'none'}" for name, before, after in moved_inputs.iter_rows()
        )
    )
    return {
        **{name: row[name] for name in ISSUED_SCHEMA if name in row},
        "actual": actual,
        "inside": None if actual is None else row["p10"] <= actual <= row["p90"],
        "state": "open" if actual is None else "scored",
        "moved": None if moved_inputs is None else moved_inputs.height,
        "moved_words": moved_text,
    }


def compute_actual(forecast: ProjectForecast, quantity: str, first_on: date, last_on: date) -> float | None:
    """Return the actual value from a Monday to a Sunday, None as long as weeks are missing or not known."""
    is_within = pl.col("week_on").is_between(first_on, last_on)
    weeks = forecast.history.weeks.filter(is_within)
    if weeks.height < (last_on - first_on).days // 7 + 1:
        return None
    items = float(weeks.get_column("items").sum())
    if quantity == "hours_per_item":
        hours = weeks.select(build_human_hours().alias("hours")).get_column("hours")
        return float(hours.sum()) / items if items and not hours.has_nulls() else None
    values = select_measured_weeks(forecast, quantity).filter(is_within).get_column("value")
    return float(values.sum()) if values.len() == weeks.height and not values.has_nulls() else None
