"""Which input moves the result most, and what is worth measuring next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import Unavailable
from dashboard.forecast.inputs import ProjectHistory
from dashboard.forecast.model.plan import Projection
from dashboard.forecast.model.tornado import compute_swings
from dashboard.forecast.model.value_of_information import compute_explained_variance, compute_narrowing
from dashboard.forecast.project_forecasts import (
    PACE_WEEKS,
    ProjectForecast,
    compute_recent_pace,
    load_forecasts,
    resolve_scenario,
)
from dashboard.inference.draws import compute_percentiles
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

SECONDS_PER_HOUR = 3600
SAVED, HOURS = "saved_hours", "hours"
INPUT_TITLES = {
    "counterfactual_seconds": "seconds by hand, assisted items",
    "manual_seconds": "seconds by hand, other items",
    "hourly": "money per hour",
}
INPUT_NAMES = (
    *("items_per_week", "coverage", "acceptance", "manual_seconds", "counterfactual_seconds"),
    *("verify_seconds", "correct_seconds", "assisted_seconds", "rework_seconds"),
)
TORNADO_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "kind": pl.String(),
    "quantity": pl.String(),
    "input": pl.String(),
    "origin": pl.String(),
    "input_p10": pl.Float64(),
    "input_p90": pl.Float64(),
    "base": pl.Float64(),
    "at_p10": pl.Float64(),
    "at_p90": pl.Float64(),
    "swing": pl.Float64(),
    "rank_correlation": pl.Float64(),
    "explained": pl.Float64(),
    "items": pl.Int64(),
    "half_width": pl.Float64(),
    "of_now": pl.Float64(),
    "price_hours": pl.Float64(),
    "gate": pl.String(),
    "reach": pl.Int64(),
}
"""`kind` input: the result (hours saved, or hours) with one input at its P10 and P90 and all others at their median,
largest swing first; the rank correlation and the share of the variance explained are over all draws. `kind` hold-out:
how wide the estimate of savings becomes (half-width as a share; of_now: relative to today's) if so many further items
are labeled by hand. `kind` now: an input that does not move the result, or is planned, at its present value;
review_rate is the share of the labels of the last twelve weeks that were reviewed, if enough reviews are timed.
"""


def build_tornado_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what moves the result in each project (columns of TORNADO_SCHEMA)."""
    forecasts = load_forecasts(snapshot, params, resolve_scenario(snapshot, params))
    tornado_rows: list[dict[str, object]] = []
    for forecast in forecasts:
        inputs = list(build_input_rows(forecast))
        others = build_present_rows(forecast, {row["input"] for row in inputs}) if inputs else ()
        tornado_rows += [*inputs, *others, *build_holdout_rows(snapshot, forecast)]
    return pl.DataFrame(tornado_rows, schema=TORNADO_SCHEMA)


def format_input(name: str) -> str:
    """Return an input's name in words."""
    return INPUT_TITLES.get(name, name.replace("_", " "))


def build_input_rows(forecast: ProjectForecast) -> Iterator[dict[str, object]]:
    """Yield one row per input of a project."""
    projection = forecast.projection
    if projection is None:
        return
    quantity = SAVED if SAVED in projection.by_week and (projection.by_input["coverage"] > 0).any() else HOURS
    drawn_totals = projection.by_week[quantity].sum(axis=1)
    # The mean over the weeks: no input is at its P10 in every week, because errors differ from week to week.
    inputs = {
        name: values.mean(axis=1, keepdims=True)
        for name, values in projection.by_input.items()
        if has_own_effect(name, quantity, projection)
    }
    if forecast.plan.items is not None:
        inputs.pop("items_per_week", None)  # the number of items is planned, not drawn
    origins = {assumption.name: assumption.origin for assumption in projection.assumptions}
    explained_shares = dict(compute_explained_variance(inputs, drawn_totals).iter_rows())
    for row in (
        compute_swings(inputs, build_result_function(projection, quantity), drawn_totals)
        .filter(pl.col("swing") > 0)
        .to_dicts()
    ):
        input_spread = compute_percentiles(inputs[row["input"]].mean(axis=1))
        yield {
            "project": forecast.history.project,
            "kind": "input",
            "quantity": quantity,
            "gate": forecast.gate,
            "reach": forecast.reach,
            "origin": origins.get(row["input"], origins.get("items_per_week")),
            "input_p10": input_spread.p10,
            "input_p90": input_spread.p90,
            "explained": explained_shares.get(row["input"]),
            **row,
        }


def build_present_rows(forecast: ProjectForecast, moving: Collection[object]) -> Iterator[dict[str, object]]:
    """Yield volume, team and price as they are now, where they are not among the inputs that move the result."""
    if forecast.projection is None:
        return
    history, planned = forecast.history, forecast.plan.inputs
    recent_people = history.weeks.tail(PACE_WEEKS).filter(pl.col("people") > 0).get_column("people")
    present = {
        "items_per_week": compute_recent_pace(history),
        "team_size": recent_people.mean(),
        "hourly": history.price.hourly,
        "review_rate": find_review_rate(history),
    }
    for name, measured in present.items():
        value = planned[name].value if name in planned else measured
        if value is not None and name not in moving:
            head = {"project": history.project, "kind": "now", "input": name}
            origin = planned[name].origin if name in planned else "measured"
            yield {**head, "origin": origin, "input_p10": value, "input_p90": value}


def find_review_rate(history: ProjectHistory) -> float | None:
    """Return the share of labels that are reviewed, where it is known how long a review takes."""
    from dashboard.forecast.model.review_rate import estimate_review_effort  # noqa: PLC0415 - numpy loads late
    from dashboard.forecast.model.weekly_series import read_history  # noqa: PLC0415 - it too

    effort = estimate_review_effort(read_history(history.weeks).columns)
    return None if isinstance(effort, Unavailable) else effort.rate


def has_own_effect(name: str, quantity: str, projection: Projection) -> bool:
    """Return whether an input enters a result on its own; assisted seconds enter through their parts."""
    if name == "assisted_seconds":
        return "acceptance" not in projection.by_input
    return name in INPUT_NAMES and (quantity == HOURS or name != "manual_seconds")


def build_result_function(projection: Projection, quantity: str) -> Callable[[Mapping[str, Reals]], Reals]:
    """Return a projection's function from mean inputs (draws x 1) to the sum over the weeks, one value per draw."""
    scale_factor = compute_scale_factor(projection)
    planned_items = float(projection.by_week["items"].sum(axis=1).mean())
    weeks = projection.by_week["items"].shape[1]

    def compute_result(inputs: Mapping[str, Reals]) -> Reals:
        coverage = inputs["coverage"]
        items = weeks * inputs["items_per_week"] if "items_per_week" in inputs else planned_items
        if "acceptance" in inputs:
            acceptance = inputs["acceptance"]
            assisted = scale_factor * (
                acceptance * inputs["verify_seconds"] + (1 - acceptance) * inputs["correct_seconds"]
            )
        else:
            assisted = inputs.get("assisted_seconds", 0 * coverage)
        assisted = assisted + inputs.get("rework_seconds", 0 * coverage)
        by_hand = inputs.get("counterfactual_seconds", 0 * coverage)
        if quantity == SAVED:
            saved: Reals = (items * coverage * (by_hand - assisted)).sum(axis=1) / SECONDS_PER_HOUR
            return saved
        manual = inputs.get("manual_seconds", 0 * coverage)
        hours: Reals = (items * ((1 - coverage) * manual + coverage * assisted)).sum(axis=1) / SECONDS_PER_HOUR
        return hours

    return compute_result


def compute_scale_factor(projection: Projection) -> float:
    """Return the ratio of seconds per assisted label to those of labels with a known outcome; the others differ."""
    input_draws = projection.by_input
    if "acceptance" not in input_draws or "assisted_seconds" not in input_draws:
        return 1.0
    outcome_seconds = (
        input_draws["acceptance"] * input_draws["verify_seconds"]
        + (1 - input_draws["acceptance"]) * input_draws["correct_seconds"]
    )
    return float(input_draws["assisted_seconds"].sum() / outcome_seconds.sum())


def build_holdout_rows(snapshot: Snapshot, forecast: ProjectForecast) -> Iterator[dict[str, object]]:
    """Yield how far further hold-out items narrow the estimate, if automation is used."""
    saving = forecast.history.saving
    if saving is None or forecast.projection is None:
        return
    basis = run_query(snapshot, "holdout_basis", {"project": forecast.history.project}).row(0, named=True)
    saved_share = saving.weekly.select(pl.col("saved_hours").sum() / pl.col("counterfactual_hours").sum()).item()
    hours_by_hand = saving.counterfactual.value / SECONDS_PER_HOUR
    narrowing_rows = compute_narrowing(
        basis["held_out"], saving.labels, saving.annotators, saving=abs(saved_share), hours_per_item=hours_by_hand
    )
    for row in narrowing_rows.to_dicts():
        yield {"project": forecast.history.project, "kind": "hold-out", **row}
