"""When the backlog is done, and how many people it takes by a given day, from the team's own weeks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard.errors import Unavailable
from dashboard.forecast.model.finish import FinishForecast, HeadCount, estimate_finish_date, estimate_head_count
from dashboard.forecast.model.plan import Projection
from dashboard.forecast.project_forecasts import (
    ProjectForecast,
    collect_inputs,
    compute_recent_pace,
    load_forecasts,
    resolve_scenario,
)
from dashboard.inference.draws import SEED
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_count, format_decimal, format_share

VELOCITY_WEEKS = 26
MANY_LABELS = 1.05  # per item, from which it is told
DEFAULT_WEEKS = 12  # the number of people is for being done in so many weeks, unless a day is given
FINISH_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "items": pl.Float64(),
    "p10_on": pl.Date(),
    "p50_on": pl.Date(),
    "p90_on": pl.Date(),
    "per_week_p10": pl.Float64(),
    "per_week_p50": pl.Float64(),
    "per_week_p90": pl.Float64(),
    "weeks_used": pl.Int64(),
    "by_on": pl.Date(),
    "weeks": pl.Int64(),
    "people_now": pl.Float64(),
    "people_even": pl.Int64(),
    "people_likely": pl.Int64(),
    "people_sure": pl.Int64(),
    "seed": pl.Int64(),
    "words": pl.String(),
    "scenario": pl.String(),
}
"""One row per project with a backlog. `p90_on`: 90% of the draws are done by then (null: not within five years).
`people_even`, `_likely`, `_sure`: how many people are done by `by_on` in 50, 80 and 90% of the draws."""


def build_finish_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return when each planned backlog is done; columns of FINISH_SCHEMA.

    `params` may hold `by_on`, a day, and `scenario`, which changes the pace of the weeks ahead.
    """
    scenario = resolve_scenario(snapshot, params)
    measured_forecasts = load_forecasts(snapshot, params)
    forecasts = load_forecasts(snapshot, params, scenario)
    saved_inputs = run_query(snapshot, "scenarios", {}).filter(pl.col("scenario") == scenario)
    rows = []
    for measured, forecast in zip(measured_forecasts, forecasts, strict=True):
        if forecast.plan.items is not None:
            changed = set(collect_inputs(saved_inputs, forecast.history.project))
            row = build_project_row(forecast, params.get("by_on"), compute_paces(measured, forecast, changed))
            rows.append({**row, "scenario": scenario or None})
    return pl.DataFrame(rows, schema=FINISH_SCHEMA)


@dataclass(frozen=True)
class Paces:
    """How many times as many items a week, and per person and week, a scenario brings as were measured."""

    team: float = 1.0
    person: float = 1.0


def compute_paces(measured: ProjectForecast, forecast: ProjectForecast, changed: Collection[str]) -> Paces | str:
    """Return the paces of a scenario that changes these inputs, or why they are not known.

    Everybody labels as many hours a week as so far: items that take less time are more items. A volume that the
    scenario gives is what comes, however long an item takes; a team that it gives works at its new pace.
    """
    if not changed:
        return Paces()
    if measured.projection is None or forecast.projection is None:
        return forecast.why or measured.why
    seconds_before, seconds = compute_seconds(measured.projection), compute_seconds(forecast.projection)
    if not seconds:
        return "In this scenario an item takes no time, so there is no date."
    person = seconds_before / seconds
    recent_pace = compute_recent_pace(forecast.history)
    given = forecast.plan.inputs.get("items_per_week") if {"items_per_week", "team_size"} & set(changed) else None
    if given is None or not recent_pace:
        return Paces(person, person)
    return Paces(given.value / recent_pace * (person if "items_per_week" not in changed else 1.0), person)


def compute_seconds(projection: Projection) -> float:
    """Return the hours per item of a projection, all its draws and weeks together."""
    items = float(projection.by_week["items"].sum())
    return float(projection.by_week["hours"].sum()) / items if items else 0.0


def build_project_row(forecast: ProjectForecast, by_on: object, paces: Paces | str) -> dict[str, object]:
    """Return the row of one project."""
    backlog = forecast.history.backlog
    labels_per_item = backlog.labels_per_item if backlog is not None else 1.0
    first_on, items = forecast.history.next_on, float(forecast.plan.items or 0) / labels_per_item
    if isinstance(paces, str):
        return {"project": forecast.history.project, "items": items, "words": paces}
    recent = forecast.history.weeks.tail(VELOCITY_WEEKS)
    weekly_items = recent.get_column("items").cast(pl.Float64).to_numpy() * (paces.team / labels_per_item)
    dates = estimate_finish_date(weekly_items, items, first_on, seed=SEED)
    worked_weeks = recent.filter(pl.col("people") > 0)
    per_person = worked_weeks.select(pl.col("items") / pl.col("people") * (paces.person / labels_per_item))
    items_per_person = per_person.to_series().to_numpy()
    weeks = (by_on - first_on).days // 7 if isinstance(by_on, date) else DEFAULT_WEEKS
    heads = estimate_head_count(items_per_person, items, weeks, seed=SEED)
    until = by_on if isinstance(by_on, date) else first_on + timedelta(days=7 * DEFAULT_WEEKS - 3)
    people = worked_weeks.tail(12).get_column("people").mean()
    return {
        "project": forecast.history.project,
        "items": items,
        **format_finish_days(dates),
        "by_on": until,
        "weeks": weeks,
        "people_now": people,
        **format_head_counts(heads),
        "seed": SEED,
        "words": describe_finish(items, labels_per_item, dates, heads, until),
    }


def format_finish_days(dates: FinishForecast | Unavailable) -> dict[str, object]:
    """Return the days, or nothing if they are unavailable."""
    if isinstance(dates, Unavailable):
        return {}
    pace = {f"per_week_{name}": value for name, value in zip(("p10", "p50", "p90"), dates.per_week, strict=True)}
    return {"p10_on": dates.p10, "p50_on": dates.p50, "p90_on": dates.p90, "weeks_used": dates.weeks_used, **pace}


def format_head_counts(heads: HeadCount | Unavailable) -> dict[str, object]:
    """Return the people, or nothing if they are unavailable."""
    if isinstance(heads, Unavailable):
        return {}
    return {f"people_{name}": getattr(heads, name) for name in ("even", "likely", "sure")}


def describe_finish(
    items: float,
    labels_per_item: float,
    dates: FinishForecast | Unavailable,
    heads: HeadCount | Unavailable,
    until: date,
) -> str:
    """Describe days and people in sentences."""
    if isinstance(dates, Unavailable):
        return f"{dates.reason} {dates.needed}"
    latest = f"by {dates.p90}" if dates.p90 else "later than five years from now"
    middle = f"half of them by {dates.p50}" if dates.p50 else "fewer than half of them within five years"
    earliest = f"from {dates.p10} on" if dates.p10 else "never within five years"
    each = f", {format_decimal(labels_per_item)} labels each as of late" if labels_per_item >= MANY_LABELS else ""
    text = f"{format_count(items)} items{each}: 8 of 10 simulated outcomes are done {earliest} and {latest}, {middle}."
    if dates.trend is not None:
        verb = "grows" if dates.trend > 0 else "falls"
        text += (
            f" The weekly pace {verb} by {format_share(abs(dates.trend), 1)} a week: the days go on along this trend "
            "for "
            f"{dates.weeks_used} weeks, the number of people is worked out without it."
        )
    if isinstance(heads, Unavailable):
        return f"{text} People: {heads.reason} {heads.needed}"
    people = f"{heads.likely} people are done by {until} in 8 of 10 simulated outcomes"
    return f"{text} {people}, {heads.even} in half of them."
