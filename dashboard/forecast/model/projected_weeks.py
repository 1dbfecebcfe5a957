"""The arithmetic of a projection: from the draws of the inputs to hours, savings and money, week by week.

It says what the remaining labels will take, and what automation will save on them.

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
    INPUT_NAMES,
    QUANTITY_UNITS,
    WEEK_COLUMNS,
    Assumption,
    CounterfactualEstimate,
    InputOverride,
    Plan,
    Projection,
    PublishedSaving,
)
from dashboard.forecast.model.projected_inputs import WEEKS_PER_MONTH, ProjectedInputs, draw_inputs
from dashboard.forecast.model.review_rate import estimate_review_effort
from dashboard.forecast.model.weekly_draws import draw_override, draw_random_numbers, draw_weekly_items
from dashboard.forecast.model.weekly_series import MINIMUM_ERRORS, Reals, read_history, recalibrate_seconds
from dashboard.inference.draws import DRAWS, SEED

if TYPE_CHECKING:
    from dashboard.forecast.model.weekly_series import Reals


SECONDS_PER_HOUR = 3600.0
VELOCITY_WEEKS = 26
REVIEW_STREAM = 99  # of random numbers, that of the seconds per review; those of the inputs begin with 100
NO_REVIEW_EFFECT = "What fewer or more reviews do to rework and to quality is not known and not counted."
NO_COUNTERFACTUAL = (
    "There is no savings estimate, so the time the automated items would take by hand, and the saving, is not known."
)


def project_weeks(
    weeks: pl.DataFrame,
    plan: Plan,
    saving: CounterfactualEstimate | None,
    errors: Reals | None,
    *,
    seed: int,
    draws: int,
) -> Projection | Unavailable:
    """Return the projection, as `project_backlog` describes it.

    Raises:
        ValueError: the plan has an unknown input, or a value out of its range.
    """
    check_plan(plan)
    last_on = weeks.get_column("week_on").max() if weeks.height else None
    assert last_on is None or isinstance(last_on, date)  # noqa: S101  as the schema says
    first_on = plan.first_on or (last_on and last_on + timedelta(weeks=1))
    if first_on is None:
        return Unavailable(
            "There is no history and no first week.",
            "Import labels, or say when the labeling begins.",
            Cause.nothing_imported,
        )
    history, random_numbers = read_history(weeks), draw_random_numbers(seed, draws, plan.weeks)
    inputs = draw_inputs(history, plan, saving, seed=seed, luck=random_numbers, last_on=last_on)
    if isinstance(inputs, Unavailable):
        return inputs
    if not draw_items(inputs):
        return Unavailable(
            "There are no labels to estimate the velocity from.",
            "Say how many items come per week.",
            Cause.too_little_data,
        )
    review_seconds = draw_review_change(inputs)
    if isinstance(review_seconds, Unavailable):
        return review_seconds
    is_recalibrated = errors is not None and len(errors) >= MINIMUM_ERRORS
    per_item = recalibrate_seconds(compute_item_seconds(inputs), errors)
    by_week = compute_quantities(inputs, np.maximum(per_item + review_seconds, 0.0), review_seconds)
    by_week |= compute_cash(inputs, by_week)
    setup = draw_setup_costs(inputs)
    return Projection(
        by_week=by_week,
        by_input=inputs.draws,
        one_time_costs=setup,
        assumptions=list_assumptions(inputs, setup),
        missing=tuple(inputs.missing),
        borrowed=inputs.borrowed,
        recalibrated=is_recalibrated,
        seed=seed,
        draws=draws,
        history_weeks=history.weeks,
        first_on=first_on,
    )


def check_plan(plan: Plan) -> None:
    """Check that the plan has known inputs, none of them twice, and at least one week.

    Raises:
        ValueError: it does not.
    """
    unknown_inputs = sorted(set(plan.inputs) - set(INPUT_NAMES))
    if unknown_inputs:
        raise ValueError(f"{', '.join(unknown_inputs)}: no such input. Choose from {', '.join(INPUT_NAMES)}.")
    outcome_inputs = {"acceptance", "verify_seconds", "correct_seconds"} & set(plan.inputs)
    if "assisted_seconds" in plan.inputs and outcome_inputs:
        raise ValueError(
            f"assisted_seconds covers all assisted items: give it without {', '.join(sorted(outcome_inputs))}."
        )
    if plan.weeks < 1 or not 0 <= plan.acceptance_decay < 1:
        raise ValueError("A plan needs at least one week and an acceptance decay of at least 0 and below 1.")


def compute_item_seconds(inputs: ProjectedInputs) -> Reals:
    """Return human seconds per item of the weeks ahead (draws x weeks)."""
    coverage = inputs.draws["coverage"]
    zeros = np.zeros_like(coverage)
    assisted = inputs.draws.get("assisted_seconds", zeros) + inputs.draws.get("rework_seconds", zeros)
    item_seconds: Reals = (1 - coverage) * inputs.draws.get("manual_seconds", zeros) + coverage * assisted
    return item_seconds


def compute_manual_seconds(inputs: ProjectedInputs) -> Reals | None:
    """Return seconds per item without automation, None where it is unknown for the automated items."""
    coverage = inputs.draws["coverage"]
    if not (coverage > 0).any():
        return inputs.draws["manual_seconds"]
    if "counterfactual_seconds" not in inputs.draws:
        return None
    manual_seconds = inputs.draws.get("manual_seconds", np.zeros_like(coverage))
    item_seconds: Reals = (1 - coverage) * manual_seconds + coverage * inputs.draws["counterfactual_seconds"]
    return item_seconds


def draw_review_change(inputs: ProjectedInputs) -> Reals | float | Unavailable:
    """Return the seconds that a planned share of reviewed labels adds per item (draws x weeks); 0 without a plan."""
    name = "review_rate"
    if name not in inputs.plan.inputs:
        return 0.0
    effort = estimate_review_effort(inputs.history.columns)
    if isinstance(effort, Unavailable):
        return effort
    value, draws = inputs.plan.inputs[name], inputs.random_numbers.draws
    inputs.draws[name] = inputs.repeat_weekly(draw_override(name, value, inputs.seed, draws))
    inputs.origin[name] = value.origin, value.as_of, value.source
    numbers = np.random.default_rng([inputs.seed, REVIEW_STREAM]).standard_normal(draws)
    seconds = inputs.repeat_weekly(effort.seconds * np.exp(effort.log_error * numbers))
    inputs.missing.append(NO_REVIEW_EFFECT)
    return effort.compute_change(inputs.draws[name], seconds)


def draw_items(inputs: ProjectedInputs) -> bool:
    """Draw the items that come in each week; return whether the plan or the history says how many."""
    name, plan = "items_per_week", inputs.plan
    if name in plan.inputs:
        value = plan.inputs[name]
        inputs.draws[name] = inputs.repeat_weekly(draw_override(name, value, inputs.seed, inputs.random_numbers.draws))
        inputs.origin[name] = value.origin, value.as_of, value.source
    elif inputs.history.columns["items"].any():
        past_items = inputs.history.columns["items"][-VELOCITY_WEEKS:]
        inputs.draws[name] = draw_weekly_items(
            past_items, inputs.seed, inputs.random_numbers.draws, inputs.random_numbers.weeks
        )
        inputs.origin[name] = "measured", inputs.last_on, "the team's own weeks, resampled"
    else:
        return False
    return True


def compute_weekly_items(inputs: ProjectedInputs) -> Reals:
    """Return the items per week until the backlog is done."""
    weekly_items = inputs.draws["items_per_week"]
    if inputs.plan.items is None:
        return weekly_items
    finished = np.minimum(np.cumsum(weekly_items, axis=1), inputs.plan.items)
    weekly_finished: Reals = np.diff(finished, axis=1, prepend=0.0)
    return weekly_finished


def compute_quantities(
    inputs: ProjectedInputs, per_item: Reals, review_seconds: Reals | float = 0.0
) -> dict[str, Reals]:
    """Return items, hours and, where the hours by hand are known, the hours saved.

    Labels by hand would be reviewed as often as the others, so `review_seconds` are in both and save nothing.
    """
    weekly_items = compute_weekly_items(inputs)
    quantities = {"items": weekly_items, "hours": weekly_items * per_item / SECONDS_PER_HOUR}
    manual_seconds = compute_manual_seconds(inputs)
    if manual_seconds is None:
        inputs.missing.append(NO_COUNTERFACTUAL)
        return quantities
    manual_seconds = np.maximum(manual_seconds + review_seconds, 0.0)
    if not (inputs.draws["coverage"] > 0).any():
        manual_seconds = per_item
    quantities["hours_by_hand"] = weekly_items * manual_seconds / SECONDS_PER_HOUR
    quantities["saved_hours"] = quantities["hours_by_hand"] - quantities["hours"]
    quantities["net_hours"] = quantities["saved_hours"] - compute_upkeep(inputs)
    return quantities


def compute_upkeep(inputs: ProjectedInputs) -> Reals:
    """Return the weekly hours of upkeep and retraining; note upkeep as missing where nobody gave it."""
    plan, hours = inputs.plan, np.zeros((inputs.random_numbers.draws, inputs.random_numbers.weeks))
    if plan.retrain_weeks:
        hours[:, plan.retrain_weeks - 1 :: plan.retrain_weeks] += plan.retrain_hours * plan.overrun
    if "maintenance_hours" in plan.inputs:
        inputs.draws["maintenance_hours"] = draw_monthly_input(inputs, "maintenance_hours") * plan.overrun
        hours += inputs.draws["maintenance_hours"]
    elif (inputs.draws["coverage"] > 0).any():
        inputs.missing.append("Hours of upkeep are not given, so net hours and cash do not include them.")
    return hours


def draw_monthly_input(inputs: ProjectedInputs, name: str) -> Reals:
    """Return the weekly part of an input given per month (draws x weeks)."""
    value = inputs.plan.inputs[name]
    inputs.origin[name] = value.origin, value.as_of, value.source
    return inputs.repeat_weekly(draw_override(name, value, inputs.seed, inputs.random_numbers.draws) / WEEKS_PER_MONTH)


def compute_cash(inputs: ProjectedInputs, by_week: Mapping[str, Reals]) -> dict[str, Reals]:
    """Return the money saved per week, where the hourly rate and the saving are known."""
    plan = inputs.plan
    if "hourly" not in plan.inputs:
        inputs.missing.append("No hourly rate is given, so there are no figures in money.")
        return {}
    value = plan.inputs["hourly"]
    inputs.draws["hourly"] = inputs.repeat_weekly(
        draw_override("hourly", value, inputs.seed, inputs.random_numbers.draws)
    )
    inputs.origin["hourly"] = value.origin, value.as_of, value.source
    if "net_hours" not in by_week:
        return {}
    cash = inputs.draws["hourly"] * by_week["net_hours"]
    if "running_cost" in plan.inputs:
        inputs.draws["running_cost"] = draw_monthly_input(inputs, "running_cost")
        cash = cash - inputs.draws["running_cost"]
    elif (inputs.draws["coverage"] > 0).any():
        inputs.missing.append("The running cost is not given, so cash does not include it.")
    return {"cash": cash}


def draw_setup_costs(inputs: ProjectedInputs) -> dict[str, Reals]:
    """Return the hours and money of the setup, one value per draw, where the plan gives them."""
    name, plan = "setup_hours", inputs.plan
    if name not in plan.inputs:
        if (inputs.draws["coverage"] > 0).any():
            inputs.missing.append("Hours to set up are not given, so payback is not known.")
        return {}
    value = plan.inputs[name]
    inputs.origin[name] = value.origin, value.as_of, value.source
    hours = draw_override(name, value, inputs.seed, inputs.random_numbers.draws) * plan.overrun
    if "hourly" not in inputs.draws:
        return {name: hours}
    return {name: hours, "setup_cash": hours * inputs.draws["hourly"][:, 0]}


def list_assumptions(inputs: ProjectedInputs, setup: Mapping[str, Reals]) -> tuple[Assumption, ...]:
    """Return every input as used: median and range of 80% of its draws, each the mean over the weeks ahead."""
    draws = {**inputs.draws, **setup}
    assumptions = []
    for name in (name for name in INPUT_NAMES if name in inputs.origin and name in draws):
        mean = draws[name] if draws[name].ndim == 1 else draws[name].mean(axis=1)
        low, median, high = map(float, np.quantile(mean, (0.1, 0.5, 0.9)))
        assumptions.append(Assumption(name, median, low, high, *inputs.origin[name]))
    return tuple(assumptions)


__all__ = [
    "DRAWS",
    "INPUT_NAMES",
    "QUANTITY_UNITS",
    "SEED",
    "WEEK_COLUMNS",
    "Assumption",
    "CounterfactualEstimate",
    "InputOverride",
    "Plan",
    "Projection",
    "PublishedSaving",
    "project_backlog",
]


def project_backlog(
    weeks: pl.DataFrame,
    plan: Plan,
    *,
    saving: CounterfactualEstimate | None = None,
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
    return project_weeks(weeks, plan, saving, errors, seed=seed, draws=draws)
