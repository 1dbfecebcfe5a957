"""When automation pays back: its gains and costs so far, then those ahead, in money or else in hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from dashboard.forecast.model.payback import BreakEven, estimate_break_even, estimate_present_value
from dashboard.forecast.project_forecasts import ProjectForecast, load_forecasts, resolve_scenario
from dashboard.inference.draws import compute_percentiles, compute_running_percentiles
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_bare_hours, format_chance, format_quantity, format_table_day

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

DEFAULT_WEEKS = 52  # ahead, unless another horizon is given
MONTHLY_RATE = 0.01
SUMMARY, WEEK = "summary", "week"
PAYBACK_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "automations": pl.String(),
    "kind": pl.String(),
    "unit": pl.String(),
    "state": pl.String(),
    "week_on": pl.Date(),
    "measured": pl.Float64(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "today": pl.Date(),
    "measured_on": pl.Date(),
    "p10_on": pl.Date(),
    "p50_on": pl.Date(),
    "p90_on": pl.Date(),
    "probability": pl.Float64(),
    "sure": pl.Boolean(),
    "setup": pl.Float64(),
    "balance": pl.Float64(),
    "lowest": pl.Float64(),
    "lowest_on": pl.Date(),
    "npv": pl.Float64(),
    "npv_low": pl.Float64(),
    "npv_high": pl.Float64(),
    "npv_probability": pl.Float64(),
    "monthly_rate": pl.Float64(),
    "weeks": pl.Int64(),
    "gate": pl.String(),
    "reach": pl.Int64(),
    "words": pl.String(),
}
"""One row per project that says when (`kind` summary), and running sums by week (`kind` week): measured, then p10..p90.

`state`: in the past, measured; ahead; not within the horizon; not known. `sure`: a payback in the past also holds at
the low end of the estimate of savings. `npv` covers the weeks ahead, without past setup."""


@dataclass(frozen=True)
class AutomationGains:
    """What automation brings, week by week: measured so far (also at the low end of its interval), then drawn."""

    unit: str
    past_gains: Sequence[tuple[date, float]]
    low: Sequence[tuple[date, float]]
    future_gains: Reals
    setup: float


def build_payback_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return when automation pays back in each project where it runs (columns of PAYBACK_SCHEMA)."""
    weeks, scenario = params.get("weeks") or DEFAULT_WEEKS, resolve_scenario(snapshot, params)
    requested_rate = params.get("monthly_rate")
    rate = float(requested_rate) if isinstance(requested_rate, int | float) and requested_rate > -1 else MONTHLY_RATE
    measured_forecasts = load_forecasts(snapshot, {**params, "weeks": weeks})
    planned_forecasts = (
        load_forecasts(snapshot, {**params, "weeks": weeks}, scenario) if scenario else measured_forecasts
    )
    payback_rows = [
        row
        for measured, planned in zip(measured_forecasts, planned_forecasts, strict=True)
        for row in build_project_rows(measured, planned, rate)
    ]
    return pl.DataFrame(payback_rows, schema=PAYBACK_SCHEMA)


def build_project_rows(measured: ProjectForecast, planned: ProjectForecast, rate: float) -> Iterator[dict[str, object]]:
    """Yield the rows of one project, none if no automation runs or is planned."""
    history = planned.history
    projection = planned.projection
    has_automation = history.saving is not None or (
        projection is not None and bool((projection.by_input["coverage"] > 0).any())
    )
    if not has_automation:
        return
    names = ", ".join(history.saving.automations) if history.saving else ""
    head = {"project": history.project, "automations": names, "today": planned.today}
    head |= {"gate": planned.gate, "reach": planned.reach}
    gains = compute_gains(measured, planned)
    if gains is None:
        text = history.why or " ".join(projection.missing if projection else (planned.why,))
        yield {**head, "kind": SUMMARY, "state": "not known", "words": text}
        return
    price = measured.history.price
    if gains.unit != "hours" and gains.past_gains and price.uncounted:
        text = (
            f"Whether it pays back in {gains.unit} is not known: {' and '.join(price.uncounted)} cannot be subtracted. "
            f"Needed: rates of everybody who set it up and maintains it, and costs in {gains.unit}."
        )
        yield {**head, "unit": gains.unit, "kind": SUMMARY, "state": "not known", "words": text}
        return
    yield build_summary_row({**head, "unit": gains.unit}, gains, planned, rate)
    yield from build_week_rows({**head, "unit": gains.unit, "kind": WEEK}, gains, planned)


def compute_gains(measured: ProjectForecast, planned: ProjectForecast) -> AutomationGains | None:
    """Return what automation brings, or None if nothing is known of it.

    If a scenario gives a setup cost, the gains are those beyond what would come without the scenario.
    """
    planned_projection, measured_projection = planned.projection, measured.projection
    in_money = planned_projection is not None and "cash" in planned_projection.by_week
    quantity, unit = ("cash", planned.history.price.currency or "money") if in_money else ("net_hours", "hours")
    if planned_projection is None or quantity not in planned_projection.by_week:
        return None
    future_gains = planned_projection.by_week[quantity]
    setup_draws = planned_projection.one_time_costs.get("setup_cash" if in_money else "setup_hours")
    if setup_draws is not None:
        baseline_gains = (
            measured_projection.by_week[quantity]
            if measured_projection and quantity in measured_projection.by_week
            else 0.0
        )
        return AutomationGains(unit, (), (), future_gains - baseline_gains, compute_percentiles(setup_draws).p50)
    price = planned.history.price
    setup = price.setup_money if in_money else price.setup_hours or 0.0
    return AutomationGains(
        unit,
        compute_past_gains(measured, in_money, 0.0),
        compute_past_gains(measured, in_money, 1.0),
        future_gains,
        setup,
    )


def compute_past_gains(forecast: ProjectForecast, in_money: bool, half_widths: float) -> list[tuple[date, float]]:  # noqa: FBT001 - both units are used
    """Return what automation brought in each week since its first label, less that many half-widths of the estimate."""
    saving, price = forecast.history.saving, forecast.history.price
    if saving is None:
        return []
    first = saving.weekly.item(0, "week_on")
    weeks = forecast.history.weeks.filter(pl.col("week_on") >= first).select("week_on")
    weekly_savings = weeks.join(saving.weekly, on="week_on", how="left").sort("week_on")
    deduction = half_widths * saving.relative_half_width * pl.col("counterfactual_hours")
    if in_money:
        gain = pl.col("saved_money") - (price.hourly or 0.0) * deduction
        running_cost = price.upkeep_money + price.running_money
    else:
        gain, running_cost = pl.col("saved_hours") - deduction, price.upkeep_hours
    gain = gain.fill_null(0.0) - running_cost / weeks.height
    return [(week, float(value)) for week, value in weekly_savings.select("week_on", gain.alias("gain")).iter_rows()]


def build_summary_row(
    head: Mapping[str, object], gains: AutomationGains, planned: ProjectForecast, rate: float
) -> dict[str, object]:
    """Return the row that says when automation pays back."""
    first_on = planned.today + timedelta(days=1)
    payback = estimate_break_even(gains.future_gains, first_on, past=gains.past_gains, setup=gains.setup)
    low_payback = estimate_break_even(gains.future_gains, first_on, past=gains.low, setup=gains.setup)
    net_value = estimate_present_value(gains.future_gains, rate, setup=0.0 if gains.past_gains else gains.setup)
    state = classify_payback(payback)
    return {
        **head,
        "kind": SUMMARY,
        "state": state,
        "measured_on": payback.measured_on,
        "p10_on": payback.p10,
        "p50_on": payback.p50,
        "p90_on": payback.p90,
        "probability": payback.probability,
        "sure": low_payback.measured_on is not None if payback.measured_on else None,
        "setup": gains.setup,
        "balance": payback.balance,
        "lowest": payback.lowest,
        "lowest_on": payback.lowest_on,
        "npv": net_value.value.value,
        "npv_low": net_value.value.low,
        "npv_high": net_value.value.high,
        "npv_probability": net_value.probability,
        "monthly_rate": rate,
        "weeks": payback.horizon,
        "words": describe_payback(payback, low_payback, str(head["unit"])),
    }


def classify_payback(payback: BreakEven) -> str:
    """Return the state of the payback."""
    if payback.measured_on:
        return "in the past, measured"
    return "ahead" if payback.p50 else "not within the horizon"


def describe_payback(payback: BreakEven, low_payback: BreakEven, unit: str) -> str:
    """Describe when it pays back, and how certain that is."""
    if payback.measured_on:
        ahead = f"{format_quantity(format_bare_hours(payback.balance), unit)} ahead"
        text = f"Paid back in the week of {format_table_day(payback.measured_on)}, as measured; now {ahead}."
        return (
            text
            if low_payback.measured_on
            else f"{text} At the low end of the estimate of savings it is not paid back yet."
        )
    opening = f"{format_chance(payback.probability)} of simulated outcomes pay back within {payback.horizon} weeks"
    if payback.p50 is None:
        return f"{opening}; so far the sum is {format_quantity(format_bare_hours(payback.balance), unit)}."
    first, half, last = (day and format_table_day(day) for day in (payback.p10, payback.p50, payback.p90))
    week_range = f"{first} and {last or 'later than the horizon'}"
    return f"{opening}: half by the week of {half}, 80% of them between {week_range}."


def build_week_rows(
    head: Mapping[str, object], gains: AutomationGains, planned: ProjectForecast
) -> Iterator[dict[str, object]]:
    """Yield the running sums, measured and then projected."""
    running_sum = -gains.setup
    for week, gain in gains.past_gains:
        running_sum += gain
        yield {**head, "week_on": week, "measured": running_sum}
    for index, spread in enumerate(compute_running_percentiles(gains.future_gains, running_sum)):
        yield {**head, "week_on": planned.today + timedelta(days=1, weeks=index), **vars(spread)}
