"""What goes into a projection beside the history, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

Source = Literal["measured", "assumed", "published", "borrowed"]

WEEKS: dict[str, pl.DataType] = {
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
"""The history of one project: one row a complete week (its Monday), no gaps; a week without labels has zeros.

Each sum of seconds is of the labels counted in the `_timed` column beside it. `offered` labels were assisted, and of
`unchanged` and `edited` (or rejected) ones it is known what became of the suggestion. Two more columns may stand there,
`human_seconds` and `human_timed` of all timed labels: labels of an unknown method then count for what they take,
neither as manual nor as nothing.
"""

INPUTS = (
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
)
"""The names a plan may give values to: shares, seconds an item, items a week, people, money an hour, hours, hours a
month, money a month. `verify_seconds` are those of a suggestion that is kept, `correct_seconds` of one that is checked
and corrected (v + k in the usual notation), `assisted_seconds` of either, `rework_seconds` an automated item (e q)."""

QUANTITIES: Mapping[str, str] = {
    "items": "items",
    "hours": "hours",
    "hours_by_hand": "hours",
    "saved_hours": "hours",
    "net_hours": "hours",
    "cash": "money",
}
"""What a projection may tell of each week, and its unit."""


@dataclass(frozen=True)
class Given:
    """A value in place of what the history says; without bounds it is taken for certain.

    80 % lie between `low` and `high`, except of `setup_hours` and `maintenance_hours`, whose bounds are the least and
    the most (PERT) and whose value is the likeliest.
    """

    value: float
    low: float | None = None
    high: float | None = None
    origin: Source = "assumed"
    as_of: date | None = None
    source: str | None = None


@dataclass(frozen=True)
class SavingPerItem:
    """Seconds an assisted label would have taken by hand, from the estimate of savings of those very labels.

    `log_error` is the standard error of its logarithm and `freedom` the degrees of freedom (annotators - 1).
    """

    counterfactual_seconds: float
    log_error: float
    freedom: int
    as_of: date | None = None


@dataclass(frozen=True)
class Borrowed:
    """A published saving, the share of the seconds by hand that assistance spares, for want of own weeks.

    `log_sd` is the spread of assisted seconds / seconds by hand on the log scale, widened because it is of others.
    """

    saving: float
    source: str
    log_sd: float = 0.35
    as_of: date | None = None


@dataclass(frozen=True)
class Plan:
    """What is planned for the weeks ahead.

    `weeks` is how many are projected from `first_on` (the Monday after the history unless given). `items` is how many
    are still to come in all (None: as many as the weeks bring). `inputs` overrides what the history says, by the names
    of INPUTS. `ramp` (a week) lets coverage go from where it is to the planned one as 1 - exp(-ramp x weeks);
    `acceptance_decay` is the part of the acceptance lost a month since the model was last trained, `retrain_weeks`
    how often it is trained anew (None: never), each time for `retrain_hours`. `overrun` multiplies setup and
    maintenance: what they took over what was planned, where that is known.
    """

    weeks: int = 12
    first_on: date | None = None
    items: float | None = None
    inputs: Mapping[str, Given] = field(default_factory=dict)
    ramp: float | None = None
    acceptance_decay: float = 0.0
    retrain_weeks: int | None = None
    retrain_hours: float = 0.0
    overrun: float = 1.0
    borrowed: Borrowed | None = None


@dataclass(frozen=True)
class Assumption:
    """An input as it went in: its middle and where 80 % of its draws lie, over all projected weeks."""

    name: str
    value: float
    low: float
    high: float
    origin: Source
    as_of: date | None
    source: str | None = None


@dataclass(frozen=True)
class Projection:
    """The weeks ahead, as draws and as percentiles.

    `weeks` has week_on, quantity, p10, p50, p90; `totals`, the sums over the weeks, quantity, p10, p50, p90 and
    p50_error, the Monte Carlo error of the middle (68 %).

    `by_week` maps each quantity to its draws, an array (draws x weeks), the same draw in the same row throughout:
    - items: labels;
    - hours: human labeling hours;
    - hours_by_hand: those of the plan without automation;
    - saved_hours: hours_by_hand - hours, gross of setup and upkeep;
    - net_hours: saved_hours less hours of upkeep and retraining, before setup;
    - cash: hourly x net_hours - running cost, before setup.
    A quantity that cannot be known is not in it, and `missing` says why: unknown is not zero.

    `by_input` maps each input to its draws (draws x weeks): coverage, manual_seconds, and as far as there are any
    acceptance, verify_seconds, correct_seconds (v + k), assisted_seconds (all of an automated item's but rework),
    rework_seconds, counterfactual_seconds, items_per_week, hourly, maintenance_hours and running_cost (both a week).
    `once` maps setup_hours and setup_cash (hourly x setup_hours), where given, to draws of the start (array draws).
    """

    weeks: pl.DataFrame
    totals: pl.DataFrame
    by_week: Mapping[str, Reals]
    by_input: Mapping[str, Reals]
    once: Mapping[str, Reals]
    assumptions: tuple[Assumption, ...]
    missing: tuple[str, ...]
    borrowed: bool
    recalibrated: bool
    seed: int
    draws: int
    history_weeks: int
    first_on: date
