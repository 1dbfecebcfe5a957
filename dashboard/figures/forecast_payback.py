"""When automation pays back: what it brought and took so far, then what is to come, in money or else in hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from dashboard.estimates import draws
from dashboard.estimates.payback import BreakEven, break_even, present_value
from dashboard.figures.forecast_runs import Run, runs, scenario_of
from dashboard.figures.savings_words import number
from dashboard.store import Snapshot

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

WEEKS = 52  # ahead, unless another horizon is asked for
MONTHLY_RATE = 0.01
SUMMARY, WEEK = "summary", "week"
PAYBACK: dict[str, pl.DataType] = {
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
"""One row a project that says when (`kind` summary), and running sums a week (`kind` week): measured, then p10..p90.

`state`: in the past, measured; ahead; not within the horizon; not known. `sure`: a payback in the past holds at the
low end of the estimate of savings too. `npv` is of the weeks to come, setup of the past not in it."""


@dataclass(frozen=True)
class Course:
    """What automation brings, week by week: measured so far (at the low end of its interval too), then drawn."""

    unit: str
    past: Sequence[tuple[date, float]]
    low: Sequence[tuple[date, float]]
    ahead: Reals
    setup: float


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return when automation pays back in each project where it runs (columns of PAYBACK)."""
    weeks, scenario = params.get("weeks") or WEEKS, scenario_of(snapshot, params)
    asked = params.get("monthly_rate")
    rate = float(asked) if isinstance(asked, int | float) and asked > -1 else MONTHLY_RATE
    measured = runs(snapshot, {**params, "weeks": weeks})
    planned = runs(snapshot, {**params, "weeks": weeks}, scenario) if scenario else measured
    found = [row for old, new in zip(measured, planned, strict=True) for row in project(old, new, rate)]
    return pl.DataFrame(found, schema=PAYBACK)


def project(measured: Run, planned: Run, rate: float) -> Iterator[dict[str, object]]:
    """Yield the rows of one project, none where no automation runs or is planned."""
    history = planned.history
    found = planned.projection
    runs_here = history.saving is not None or (found is not None and bool((found.by_input["coverage"] > 0).any()))
    if not runs_here:
        return
    names = ", ".join(history.saving.automations) if history.saving else ""
    head = {"project": history.project, "automations": names, "today": planned.today}
    head |= {"gate": planned.gate, "reach": planned.reach}
    way = course(measured, planned)
    if way is None:
        words = history.why or " ".join(found.missing if found else (planned.why,))
        yield {**head, "kind": SUMMARY, "state": "not known", "words": words}
        return
    yield summary({**head, "unit": way.unit}, way, planned, rate)
    yield from weeks_of({**head, "unit": way.unit, "kind": WEEK}, way, planned)


def course(measured: Run, planned: Run) -> Course | None:
    """Return what automation brings, None where nothing is known of it.

    Where a scenario says what setting it up takes, it is about the change: what comes beyond what comes anyway.
    """
    new, old = planned.projection, measured.projection
    in_money = new is not None and "cash" in new.by_week
    quantity, unit = ("cash", planned.history.price.currency or "money") if in_money else ("net_hours", "hours")
    if new is None or quantity not in new.by_week:
        return None
    ahead = new.by_week[quantity]
    start = new.once.get("setup_cash" if in_money else "setup_hours")
    if start is not None:
        anyway = old.by_week[quantity] if old and quantity in old.by_week else 0.0
        return Course(unit, (), (), ahead - anyway, draws.spread(start).p50)
    price = planned.history.price
    setup = price.setup_money if in_money else price.setup_hours or 0.0
    return Course(unit, past(measured, in_money, 0.0), past(measured, in_money, 1.0), ahead, setup)


def past(one: Run, in_money: bool, doubts: float) -> list[tuple[date, float]]:  # noqa: FBT001 - both ways are asked for
    """Return what automation brought in each week since its first label, less so many half-widths of the estimate."""
    saving, price = one.history.saving, one.history.price
    if saving is None:
        return []
    first = saving.weekly.item(0, "week_on")
    weeks = one.history.weeks.filter(pl.col("week_on") >= first).select("week_on")
    joined = weeks.join(saving.weekly, on="week_on", how="left").sort("week_on")
    less = doubts * saving.doubt * pl.col("counterfactual_hours")
    if in_money:
        gain = pl.col("saved_money") - (price.hourly or 0.0) * less
        burden = price.upkeep_money + price.running_money
    else:
        gain, burden = pl.col("saved_hours") - less, price.upkeep_hours
    gain = gain.fill_null(0.0) - burden / weeks.height
    return [(week, float(value)) for week, value in joined.select("week_on", gain.alias("gain")).iter_rows()]


def summary(head: Mapping[str, object], way: Course, planned: Run, rate: float) -> dict[str, object]:
    """Return the row that says when."""
    first_on = planned.today + timedelta(days=1)
    found = break_even(way.ahead, first_on, past=way.past, setup=way.setup)
    low = break_even(way.ahead, first_on, past=way.low, setup=way.setup)
    worth = present_value(way.ahead, rate, setup=0.0 if way.past else way.setup)
    state = state_of(found)
    return {
        **head, "kind": SUMMARY, "state": state, "measured_on": found.measured_on, "p10_on": found.p10,
        "p50_on": found.p50, "p90_on": found.p90, "probability": found.probability,
        "sure": low.measured_on is not None if found.measured_on else None, "setup": way.setup,
        "balance": found.balance, "lowest": found.lowest, "lowest_on": found.lowest_on, "npv": worth.value.value,
        "npv_low": worth.value.low, "npv_high": worth.value.high, "npv_probability": worth.probability,
        "monthly_rate": rate, "weeks": found.horizon, "words": said(found, low, str(head["unit"])),
    }  # fmt: skip


def state_of(found: BreakEven) -> str:
    """Return in a word when it pays back."""
    if found.measured_on:
        return "in the past, measured"
    return "ahead" if found.p50 else "not within the horizon"


def said(found: BreakEven, low: BreakEven, unit: str) -> str:
    """Return in a sentence when it pays back, and how sure that is."""
    if found.measured_on:
        words = (
            f"Paid back in the week of {found.measured_on}, as measured; {number(found.balance)} {unit} ahead since."
        )
        return (
            words if low.measured_on else f"{words} At the low end of the estimate of savings it is not paid back yet."
        )
    chance = f"{found.probability:.0%} of simulated outcomes pay back within {found.horizon} weeks"
    if found.p50 is None:
        return f"{chance}; so far the sum is {number(found.balance)} {unit}."
    ends = f"{found.p10} and {found.p90}" if found.p90 else f"{found.p10} and later than the horizon"
    return f"{chance}: half by the week of {found.p50}, 80 % of them between {ends}."


def weeks_of(head: Mapping[str, object], way: Course, planned: Run) -> Iterator[dict[str, object]]:
    """Yield the running sums, measured and then projected."""
    sum_ = -way.setup
    for week, gain in way.past:
        sum_ += gain
        yield {**head, "week_on": week, "measured": sum_}
    for place, one in enumerate(draws.running(way.ahead, sum_)):
        yield {**head, "week_on": planned.today + timedelta(days=1, weeks=place), **vars(one)}
