"""The arithmetic of a projection: from the draws of the inputs to hours, savings and money, week by week.

What the remaining labels will take, and what automation will save on them.

Hours of a week = N [(1 - c) m + c (a v + (1 - a) (v + k) + r)] / 3600, with N items, c the share offered to
automation, a the share of suggestions kept, m, v and k the seconds by hand, to check, and to correct, r the rework of
an automated item. The saving is the time that the automated items would take by hand, less the time they do take.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.forecast.model.plan import (
    INPUTS,
    QUANTITIES,
    WEEKS,
    Assumption,
    Borrowed,
    Given,
    Plan,
    Projection,
    SavingPerItem,
)
from dashboard.forecast.model.projected_inputs import WEEKS_A_MONTH, Gathering, gather
from dashboard.forecast.model.weekly_draws import given, luck, volume
from dashboard.forecast.model.weekly_series import LEAST_ERRORS, Reals, read, recalibrated
from dashboard.inference.draws import DRAWS, SEED

if TYPE_CHECKING:
    from dashboard.forecast.model.weekly_series import Reals


HOUR = 3600.0
VELOCITY_WEEKS = 26
PERCENTILES = ("p10", "p50", "p90")
NO_COUNTERFACTUAL = (
    "There is no savings estimate, so the time the automated items would take by hand, and the saving, is not known."
)


def projected(
    weeks: pl.DataFrame,
    plan: Plan,
    saving: SavingPerItem | None,
    errors: Reals | None,
    *,
    seed: int,
    draws: int,
) -> Projection | Unavailable:
    """Return the projection, as `project_backlog` describes it.

    Raises:
        ValueError: the plan has an unknown input, or a value out of its range.
    """
    refuse_strangers(plan)
    last_on = weeks.get_column("week_on").max() if weeks.height else None
    assert last_on is None or isinstance(last_on, date)  # noqa: S101  as the schema says
    first_on = plan.first_on or (last_on and last_on + timedelta(weeks=1))
    if first_on is None:
        return Unavailable(
            "There is no history and no first week.",
            "Import labels, or say when the labeling begins.",
            Cause.nothing_imported,
        )
    history, numbers = read(weeks), luck(seed, draws, plan.weeks)
    found = gather(history, plan, saving, seed=seed, luck=numbers, last_on=last_on)
    if isinstance(found, Unavailable):
        return found
    if not draw_items(found):
        return Unavailable(
            "There are no labels to estimate the velocity from.",
            "Say how many items come per week.",
            Cause.too_little_data,
        )
    corrected = errors is not None and len(errors) >= LEAST_ERRORS
    by_week = quantities(found, recalibrated(seconds(found), errors))
    by_week |= money(found, by_week)
    start = once(found)
    return Projection(
        weeks=percentiles(by_week, [first_on + timedelta(weeks=at) for at in range(plan.weeks)]),
        totals=totals(by_week),
        by_week=by_week,
        by_input=found.draws,
        once=start,
        assumptions=assumptions(found, start),
        missing=tuple(found.missing),
        borrowed=found.borrowed,
        recalibrated=corrected,
        seed=seed,
        draws=draws,
        history_weeks=history.weeks,
        first_on=first_on,
    )


def refuse_strangers(plan: Plan) -> None:
    """Check that the plan has known inputs, none of them twice, and at least one week.

    Raises:
        ValueError: it does not.
    """
    strangers = sorted(set(plan.inputs) - set(INPUTS))
    if strangers:
        raise ValueError(f"{', '.join(strangers)}: no such input. Choose from {', '.join(INPUTS)}.")
    split = {"acceptance", "verify_seconds", "correct_seconds"} & set(plan.inputs)
    if "assisted_seconds" in plan.inputs and split:
        raise ValueError(f"assisted_seconds covers all assisted items: give it without {', '.join(sorted(split))}.")
    if plan.weeks < 1 or not 0 <= plan.acceptance_decay < 1:
        raise ValueError("A plan needs at least one week and an acceptance decay of at least 0 and below 1.")


def seconds(found: Gathering) -> Reals:
    """Return human seconds per item of the weeks ahead (draws x weeks)."""
    covered = found.draws["coverage"]
    shape = np.zeros_like(covered)
    assisted = found.draws.get("assisted_seconds", shape) + found.draws.get("rework_seconds", shape)
    mean: Reals = (1 - covered) * found.draws.get("manual_seconds", shape) + covered * assisted
    return mean


def by_hand(found: Gathering) -> Reals | None:
    """Return seconds per item without automation, None where it is unknown for the automated items."""
    covered = found.draws["coverage"]
    if not (covered > 0).any():
        return found.draws["manual_seconds"]
    if "counterfactual_seconds" not in found.draws:
        return None
    left = found.draws.get("manual_seconds", np.zeros_like(covered))
    mean: Reals = (1 - covered) * left + covered * found.draws["counterfactual_seconds"]
    return mean


def draw_items(found: Gathering) -> bool:
    """Draw the items that come in each week; return whether the plan or the history says how many."""
    name, plan = "items_per_week", found.plan
    if name in plan.inputs:
        value = plan.inputs[name]
        found.draws[name] = found.wide(given(name, value, found.seed, found.luck.draws))
        found.origin[name] = value.origin, value.as_of, value.source
    elif found.history.columns["items"].any():
        past = found.history.columns["items"][-VELOCITY_WEEKS:]
        found.draws[name] = volume(past, found.seed, found.luck.draws, found.luck.weeks)
        found.origin[name] = "measured", found.last_on, "the team's own weeks, resampled"
    else:
        return False
    return True


def items(found: Gathering) -> Reals:
    """Return the items per week until the backlog is done."""
    coming = found.draws["items_per_week"]
    if found.plan.items is None:
        return coming
    done = np.minimum(np.cumsum(coming, axis=1), found.plan.items)
    left: Reals = np.diff(done, axis=1, prepend=0.0)
    return left


def quantities(found: Gathering, per_item: Reals) -> dict[str, Reals]:
    """Return items, hours and, where the hours by hand are known, the hours saved."""
    coming = items(found)
    told = {"items": coming, "hours": coming * per_item / HOUR}
    without = by_hand(found)
    if without is None:
        found.missing.append(NO_COUNTERFACTUAL)
        return told
    if not (found.draws["coverage"] > 0).any():
        without = per_item
    told["hours_by_hand"] = coming * without / HOUR
    told["saved_hours"] = told["hours_by_hand"] - told["hours"]
    told["net_hours"] = told["saved_hours"] - upkeep(found)
    return told


def upkeep(found: Gathering) -> Reals:
    """Return the weekly hours of upkeep and retraining; note upkeep as missing where nobody gave it."""
    plan, hours = found.plan, np.zeros((found.luck.draws, found.luck.weeks))
    if plan.retrain_weeks:
        hours[:, plan.retrain_weeks - 1 :: plan.retrain_weeks] += plan.retrain_hours * plan.overrun
    if "maintenance_hours" in plan.inputs:
        found.draws["maintenance_hours"] = monthly(found, "maintenance_hours") * plan.overrun
        hours += found.draws["maintenance_hours"]
    elif (found.draws["coverage"] > 0).any():
        found.missing.append("Hours of upkeep are not given, so net hours and cash do not include them.")
    return hours


def monthly(found: Gathering, name: str) -> Reals:
    """Return the weekly part of an input given per month (draws x weeks)."""
    value = found.plan.inputs[name]
    found.origin[name] = value.origin, value.as_of, value.source
    return found.wide(given(name, value, found.seed, found.luck.draws) / WEEKS_A_MONTH)


def money(found: Gathering, by_week: Mapping[str, Reals]) -> dict[str, Reals]:
    """Return the money saved per week, where the hourly rate and the saving are known."""
    plan = found.plan
    if "hourly" not in plan.inputs:
        found.missing.append("No hourly rate is given, so there are no figures in money.")
        return {}
    value = plan.inputs["hourly"]
    found.draws["hourly"] = found.wide(given("hourly", value, found.seed, found.luck.draws))
    found.origin["hourly"] = value.origin, value.as_of, value.source
    if "net_hours" not in by_week:
        return {}
    cash = found.draws["hourly"] * by_week["net_hours"]
    if "running_cost" in plan.inputs:
        found.draws["running_cost"] = monthly(found, "running_cost")
        cash = cash - found.draws["running_cost"]
    elif (found.draws["coverage"] > 0).any():
        found.missing.append("The running cost is not given, so cash does not include it.")
    return {"cash": cash}


def once(found: Gathering) -> dict[str, Reals]:
    """Return the hours and money of the setup, one value per draw, where the plan gives them."""
    name, plan = "setup_hours", found.plan
    if name not in plan.inputs:
        if (found.draws["coverage"] > 0).any():
            found.missing.append("Hours to set up are not given, so payback is not known.")
        return {}
    value = plan.inputs[name]
    found.origin[name] = value.origin, value.as_of, value.source
    hours = given(name, value, found.seed, found.luck.draws) * plan.overrun
    if "hourly" not in found.draws:
        return {name: hours}
    return {name: hours, "setup_cash": hours * found.draws["hourly"][:, 0]}


def percentiles(by_week: Mapping[str, Reals], days: list[date]) -> pl.DataFrame:
    """Return week_on, quantity, p10, p50, p90, one row per quantity and week."""
    frames = []
    for quantity, drawn in by_week.items():
        told = dict(zip(PERCENTILES, np.quantile(drawn, (0.1, 0.5, 0.9), axis=0), strict=True))
        frames.append(pl.DataFrame({"week_on": days, "quantity": [quantity] * len(days), **told}))
    return pl.concat(frames)


def totals(by_week: Mapping[str, Reals]) -> pl.DataFrame:
    """Return quantity, p10, p50, p90 and p50_error of the sums over all weeks.

    The error of the median is from order statistics: half the distance of the quantiles .5 -+ .5 / sqrt(draws).
    """
    rows = []
    for quantity, drawn in by_week.items():
        total = drawn.sum(axis=1)
        half = 0.5 / float(np.sqrt(len(total)))
        low, *told, high = np.quantile(total, (0.5 - half, 0.1, 0.5, 0.9, min(0.5 + half, 1.0)))
        rows.append((quantity, *map(float, told), float(high - low) / 2))
    return pl.DataFrame(rows, schema=["quantity", *PERCENTILES, "p50_error"], orient="row")


def assumptions(found: Gathering, start: Mapping[str, Reals]) -> tuple[Assumption, ...]:
    """Return every input as used: median and range of 80 % of its draws, each the mean over the weeks ahead."""
    drawn = {**found.draws, **start}
    told = []
    for name in (name for name in INPUTS if name in found.origin and name in drawn):
        mean = drawn[name] if drawn[name].ndim == 1 else drawn[name].mean(axis=1)
        low, middle, high = map(float, np.quantile(mean, (0.1, 0.5, 0.9)))
        told.append(Assumption(name, middle, low, high, *found.origin[name]))
    return tuple(told)


__all__ = [
    "DRAWS",
    "INPUTS",
    "QUANTITIES",
    "SEED",
    "WEEKS",
    "Assumption",
    "Borrowed",
    "Given",
    "Plan",
    "Projection",
    "SavingPerItem",
    "project_backlog",
]


def project_backlog(
    weeks: pl.DataFrame,
    plan: Plan,
    *,
    saving: SavingPerItem | None = None,
    errors: Reals | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Projection | Unavailable:
    """Return the weeks ahead of a project with the history `weeks` (WEEK_COLUMNS), or what is missing for them.

    `errors` are the standardised log errors of the team's earlier forecasts at this horizon (from `backtest`). They
    widen the interval to what it should have been; fewer than four change nothing. The draws of two plans with the
    same seed can be compared one by one.

    Raises:
        ValueError: the plan has an unknown input, or a value outside its range.
    """
    return projected(weeks, plan, saving, errors, seed=seed, draws=draws)
