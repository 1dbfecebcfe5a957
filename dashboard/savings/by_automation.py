"""The rows of the savings figures, all built from one reading of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dashboard.inference.contract import SPECIFICATION_COLUMNS, Interval
from dashboard.savings.fits import HOUR, estimate_automations
from dashboard.savings.model.combined import add_intervals, combine_hours
from dashboard.savings.net_hours import (
    AutomationResult,
    SetupCost,
    State,
    classify_interval,
    load_setup_costs,
    resolve_verdicts,
    subtract_hours,
)
from dashboard.savings.words import describe_automation, describe_quality, explain_missing_hours
from dashboard.store.cache import CACHE
from dashboard.store.snapshot import Snapshot

AUTOMATION_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "technique": pl.String(),
    "projects": pl.String(),
    "state": pl.String(),
    "hours": pl.Float64(),
    "hours_from": pl.Float64(),
    "hours_to": pl.Float64(),
    "basis": pl.String(),
    "grade": pl.String(),
    "quality": pl.String(),
    "labels": pl.Int64(),
    "labels_in_hours": pl.Int64(),
    "annotators": pl.Int64(),
    "compared_people": pl.String(),
    "saved_share": pl.Float64(),
    "saved_low": pl.Float64(),
    "saved_high": pl.Float64(),
    "current_share": pl.Float64(),
    "current_low": pl.Float64(),
    "current_high": pl.Float64(),
    "typical_share": pl.Float64(),
    "typical_low": pl.Float64(),
    "typical_high": pl.Float64(),
    "gross_hours": pl.Float64(),
    "setup_hours": pl.Float64(),
    "maintenance_hours": pl.Float64(),
    "counterfactual_hours": pl.Float64(),
    "counted": pl.Boolean(),
    "method": pl.String(),
    "words": pl.String(),
    "reason": pl.String(),
    "needed": pl.String(),
}
"""One row per automation; hours are net of what `basis` says, shares are of the counterfactual hours."""


FILTERS = ("from_on", "to_on", "projects", "teams", "people", "roles")
STATE_ORDER: tuple[State, ...] = (
    "saves",
    "costs",
    "no clear difference",
    "range only",
    "direction not established",
    "not enough data",
)


def load_automation_results(snapshot: Snapshot, params: Mapping[str, object]) -> list[AutomationResult]:
    """Return every automation with its setup cost and the verdict of the quality gate.

    All savings figures use these results; they are cached by store, generation and filters.
    """
    question = ("automation results", *(str(params[name]) for name in FILTERS))
    return list(CACHE.recall(snapshot.state, question, lambda: estimate_results(snapshot, params)))


def estimate_results(snapshot: Snapshot, params: Mapping[str, object]) -> tuple[AutomationResult, ...]:
    """Return what `load_automation_results` caches."""
    # Before the labels are read: the memory of queries is free by then.
    setup_costs = load_setup_costs(snapshot, params)
    verdicts = resolve_verdicts(snapshot, params)
    return tuple(
        AutomationResult(
            estimate,
            setup_costs.get(estimate.automation, SetupCost()),
            verdicts.get(estimate.automation, "not confirmed"),
        )
        for estimate in estimate_automations(snapshot, params)
    )


def build_automation_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per automation: those that save first, those that lack data last."""
    results = load_automation_results(snapshot, params)
    results.sort(
        key=lambda result: (
            STATE_ORDER.index(result.state),
            -(result.hours.value if result.hours else 0.0),
            result.estimate.automation,
        )
    )
    return pl.DataFrame([_build_automation_row(result) for result in results], schema=AUTOMATION_SCHEMA)


def _build_automation_row(result: AutomationResult) -> dict[str, object]:
    estimate, savings, net = result.estimate, result.estimate.savings, result.hours
    shown_savings = savings if net is not None else None
    reason, needed = explain_missing_hours(result)
    return {
        "automation": estimate.automation,
        "technique": estimate.technique,
        "projects": "; ".join(estimate.projects),
        "state": result.state,
        **_build_bounds("hours", ("", "_from", "_to"), net),
        "basis": result.setup_cost.basis,
        "grade": savings.grade if savings and not estimate.refused else None,
        "quality": describe_quality(result.verdict, saves=result.state == "saves"),
        "labels": estimate.assisted,
        "labels_in_hours": estimate.label_count if shown_savings else None,
        "annotators": savings.annotators if savings else 0,
        "compared_people": estimate.compared_people or None,
        **build_share_columns(result),
        **_build_bounds("typical", ("_share", "_low", "_high"), shown_savings.typical if shown_savings else None),
        "gross_hours": estimate.hours.value if estimate.hours and shown_savings else None,
        "setup_hours": result.setup_cost.setup_hours,
        "maintenance_hours": result.setup_cost.maintenance_hours,
        "counterfactual_hours": estimate.counterfactual_hours if shown_savings else None,
        "counted": result.is_counted,
        "method": savings.method if savings else None,
        "words": describe_automation(result),
        "reason": reason or None,
        "needed": needed or None,
    }


def build_share_columns(result: AutomationResult) -> dict[str, object]:
    """Return the shares saved; bounds without a value where no number can be defended."""
    estimate, is_shown = result.estimate, result.hours is not None
    saved = estimate.share if is_shown and estimate.is_population else None
    columns = {
        **_build_bounds("saved", ("_share", "_low", "_high"), saved),
        **_build_bounds("current", ("_share", "_low", "_high"), estimate.current_share if is_shown else None),
    }
    if estimate.bounds:
        columns |= {"saved_low": estimate.bounds.low, "saved_high": estimate.bounds.high}
    return columns


def _build_bounds(name: str, suffixes: tuple[str, str, str], interval: Interval | None) -> dict[str, object]:
    values = (interval.value, interval.low, interval.high) if interval else (None, None, None)
    return {f"{name}{suffix}": value for suffix, value in zip(suffixes, values, strict=True)}


def compute_gross_hours(results: Sequence[AutomationResult]) -> Interval:
    """Return the sum of gross hours, combined by the annotators' influence, or by adding bounds where it is unknown."""
    hours = [result.estimate.hours for result in results if result.estimate.hours]
    if all(result.estimate.is_population for result in results):
        own_errors = [result.estimate.period_error.seconds / HOUR for result in results]
        return combine_hours(hours, [result.estimate.influence() for result in results], own_errors)
    return add_intervals(hours)


def compute_net_hours(results: Sequence[AutomationResult], gross: Interval) -> tuple[Interval, State]:
    """Return net hours and their state; the total claims a saving or loss only if at least one automation does."""
    net = subtract_hours(gross, sum(result.setup_cost.hours for result in results))
    if net is None:
        raise ValueError(gross)
    state = classify_interval(net)
    if state in {"saves", "costs"} and not any(result.state == state for result in results):
        state = "no clear difference"
    return net, state


def bound_saved_hours(snapshot: Snapshot, params: Mapping[str, object], name: str, key: pl.Expr) -> pl.DataFrame:
    """Return the interval of the hours saved in each part of an automation's labels: `name`, automation, its bounds.

    `key`: the part of a label, of its project and day.
    """
    rows = [
        {name: part, "automation": estimate.automation, **_build_bounds("saved_hours", ("", "_low", "_high"), interval)}
        for estimate in (result.estimate for result in load_automation_results(snapshot, params) if result.is_counted)
        for part in estimate.labels.select(key).to_series().unique().sort()
        if (interval := estimate.estimate_part(key == part))
    ]
    schema = {name: pl.String() if name == "project" else pl.Date(), "automation": pl.String(), **BOUNDS_SCHEMA}
    return pl.DataFrame(rows, schema=schema)


def collect_saved_labels(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the labels behind the total: automation, project, day_on, stands_for, hours by hand and hours saved."""
    hours = [(pl.col(f"{name}_seconds") / HOUR).alias(f"{name}_hours") for name in ("counterfactual", "saved")]
    frames = [
        result.estimate.labels.select(pl.col("automation", "project").cast(pl.String), "day_on", "stands_for", *hours)
        for result in load_automation_results(snapshot, params)
        if result.is_counted
    ]
    return pl.concat([pl.DataFrame(schema=SAVED_LABEL_SCHEMA), *frames])


SAVED_LABEL_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "project": pl.String(),
    "day_on": pl.Date(),
    "stands_for": pl.Float64(),
    "counterfactual_hours": pl.Float64(),
    "saved_hours": pl.Float64(),
}
BOUNDS_SCHEMA: dict[str, pl.DataType] = {"saved_hours_low": pl.Float64(), "saved_hours_high": pl.Float64()}
HOUR_SUMS = (
    pl.col("counterfactual_hours").sum(),
    (pl.col("counterfactual_hours") - pl.col("saved_hours")).sum().alias("actual_hours"),
    pl.col("saved_hours").sum(),
    pl.col("stands_for").sum().round().cast(pl.Int64).alias("labels"),
)


def build_project_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return hours by project and automation; they add up to the gross hours of the headline."""
    labels = collect_saved_labels(snapshot, params)
    bounds = bound_saved_hours(snapshot, params, "project", pl.col("project"))
    summed = labels.group_by("project", "automation").agg(*HOUR_SUMS)
    share = pl.col("saved_hours") / pl.col("counterfactual_hours")
    bounded = summed.join(bounds, on=["project", "automation"], how="left")
    return bounded.with_columns(saved_share=share).sort(
        "saved_hours", "project", "automation", descending=[True, False, False]
    )


def build_specification_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every automation's saving under every specification and idle rule: share, low, high."""
    frames = [
        result.estimate.savings.strip.select(
            pl.lit(result.estimate.automation).alias("automation"), *SPECIFICATION_COLUMNS
        )
        for result in load_automation_results(snapshot, params)
        if result.estimate.savings
    ]
    return pl.concat([pl.DataFrame(schema={"automation": pl.String(), **SPECIFICATION_COLUMNS}), *frames])
