"""What goes into a projection besides the history, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

InputSource = Literal["measured", "assumed", "published", "borrowed"]

WEEK_COLUMNS: dict[str, pl.DataType] = {
    "week_on": pl.Date(),
    "items": pl.Int64(),
    "offered": pl.Int64(),
    "unchanged": pl.Int64(),
    "edited": pl.Int64(),
    "manual_seconds": pl.Float64(),
    "manual_timed": pl.Int64(),
    "verify_seconds": pl.Float64(),
    "verify_timed": pl.Int64(),
    "correct_seconds": pl.Float64(),
    "correct_timed": pl.Int64(),
    "assisted_seconds": pl.Float64(),
    "assisted_timed": pl.Int64(),
    "rework_seconds": pl.Float64(),
    "rework_timed": pl.Int64(),
}
"""The history of one project: one row per complete week (its Monday), no gaps; a week without labels has zeros.

Each sum of seconds covers the labels counted in the `_timed` column beside it. `offered` labels were assisted;
`unchanged` and `edited` (or rejected) ones have a known suggestion outcome. More columns are optional: `human_seconds`
and `human_timed` of all timed labels. With them, labels of an unknown method count with the time they take, neither as
manual nor as nothing. `reviewed` labels, `review_seconds` and `review_timed` say what a review takes.
"""

INPUT_NAMES = (
    "coverage",
    "acceptance",
    "manual_seconds",
    "counterfactual_seconds",
    "verify_seconds",
    "correct_seconds",
    "assisted_seconds",
    "rework_seconds",
    "items_per_week",
    "team_size",
    "hourly",
    "setup_hours",
    "maintenance_hours",
    "running_cost",
    "review_rate",
)
"""The inputs a plan may set: shares, seconds per item, items per week, people, money per hour, hours, hours per month,
money per month. A new one goes to the end, so that old seeds keep their draws. `review_rate` is the share of all labels
that are reviewed. `verify_seconds` is for a suggestion that is kept, `correct_seconds` for one that is checked and
corrected (v + k in the usual notation), `assisted_seconds` for either, `rework_seconds` per automated item (e q)."""

QUANTITY_UNITS: Mapping[str, str] = {
    "items": "items",
    "hours": "hours",
    "hours_by_hand": "hours",
    "saved_hours": "hours",
    "net_hours": "hours",
    "cash": "money",
}
"""The quantities of each projected week, and their units."""


@dataclass(frozen=True)
class InputOverride:
    """A value that replaces the history; without bounds it is taken as certain.

    80% lie between `low` and `high`. For `setup_hours` and `maintenance_hours` the bounds are the minimum and maximum
    and the value is the mode (PERT).
    """

    value: float
    low: float | None = None
    high: float | None = None
    origin: InputSource = "assumed"
    as_of: date | None = None
    source: str | None = None


@dataclass(frozen=True)
class CounterfactualEstimate:
    """Seconds an assisted label would have taken by hand, from the savings estimate of those same labels.

    `log_error` is the standard error of its logarithm, and `freedom` the degrees of freedom (annotators - 1).
    """

    counterfactual_seconds: float
    log_error: float
    freedom: int
    as_of: date | None = None


@dataclass(frozen=True)
class PublishedSaving:
    """A published saving (share of the seconds by hand that assistance saves), used where own weeks are too few.

    `log_sd` is the spread of assisted seconds / seconds by hand on the log scale, widened because it is from others.
    """

    saving: float
    source: str
    log_sd: float = 0.35
    as_of: date | None = None


@dataclass(frozen=True)
class Plan:
    """What is planned for the weeks ahead.

    `weeks` is how many weeks are projected from `first_on` (default: the Monday after the history). `items` is how many
    are still to come in all (None: as many as the weeks bring). `inputs` overrides the history, by INPUT_NAMES. `ramp`
    (per week) moves coverage from its current to its planned value as 1 - exp(-ramp x weeks). `acceptance_decay` is the
    share of the acceptance lost per month since the last training. The model is retrained every `retrain_weeks` (None:
    never), each time for `retrain_hours`. `overrun` multiplies setup and maintenance: actual over planned hours, where
    known.
    """

    weeks: int = 12
    first_on: date | None = None
    items: float | None = None
    inputs: Mapping[str, InputOverride] = field(default_factory=dict)
    ramp: float | None = None
    acceptance_decay: float = 0.0
    retrain_weeks: int | None = None
    retrain_hours: float = 0.0
    overrun: float = 1.0
    borrowed: PublishedSaving | None = None


@dataclass(frozen=True)
class Assumption:
    """An input as used: its median and the range of 80% of its draws, over all projected weeks."""

    name: str
    value: float
    low: float
    high: float
    origin: InputSource
    as_of: date | None
    source: str | None = None


@dataclass(frozen=True)
class Projection:
    """The weeks ahead, as draws.

    `by_week` maps each quantity to its draws (draws x weeks); a row is the same draw in all of them:
    - items: labels;
    - hours: human labeling hours;
    - hours_by_hand: those of the plan without automation;
    - saved_hours: hours_by_hand - hours, gross of setup and upkeep;
    - net_hours: saved_hours less hours of upkeep and retraining, before setup;
    - cash: hourly x net_hours - running cost, before setup.
    A quantity that cannot be known is left out, and `missing` says why: unknown is not zero.

    `by_input` maps each input to its draws (draws x weeks): coverage, manual_seconds and, where there are any,
    acceptance, verify_seconds, correct_seconds (v + k), assisted_seconds (all of an automated item but rework),
    rework_seconds, counterfactual_seconds, items_per_week, hourly, maintenance_hours and running_cost (both per week).
    `one_time_costs` maps setup_hours and setup_cash (hourly x setup_hours), where given, to one value per draw.
    """

    by_week: Mapping[str, Reals]
    by_input: Mapping[str, Reals]
    one_time_costs: Mapping[str, Reals]
    assumptions: tuple[Assumption, ...]
    missing: tuple[str, ...]
    borrowed: bool
    recalibrated: bool
    seed: int
    draws: int
    history_weeks: int
    first_on: date
