"""The manual hold-out: drawing items at random, what that costs and buys, and whether people kept to it.

Automation tends to get the easy items, and no model can undo that afterwards. Items that automation could have had, but
that are given to people at random, are comparable by design.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from dashboard.units import format_count, format_decimal, format_share

MINIMUM_SHARE = 0.10
HOLDOUT_ITEMS = 60  # held out at random; with fewer it is no evidence
MINIMUM_COMPLIANCE = 0.95  # share of held-out items done by hand; below it the hold-out no longer counts as random

HOLDOUT_COLUMNS: dict[str, pl.DataType] = {"item": pl.String(), "holdout": pl.Boolean()}


@dataclass(frozen=True)
class HoldoutPlan:
    """What a hold-out costs and buys: `price` in hours, the half-widths as shares of the manual hours.

    `before` is None where nothing is held out yet: then there is no interval. `after` is None for fewer than two
    annotators. `is_enough` tells whether the hold-out is large enough for grade A.
    """

    items: int
    price: float
    before: float | None
    after: float | None
    is_enough: bool
    words: str


@dataclass(frozen=True)
class HoldoutCompliance:
    """How the held-out items were labeled; `outcomes` has item and outcome (manual, assisted, unknown, not labeled)."""

    planned: int
    manual: int
    assisted: int
    unknown: int
    missing: int
    kept: bool
    outcomes: pl.DataFrame
    words: str


def draw_holdout(eligible: pl.DataFrame, *, share: float, seed: int) -> pl.DataFrame:
    """Return item and holdout (true for about `share` of the items), one row per distinct item, sorted.

    `eligible`: item (str) and, to spread the hold-out evenly over projects, project. Every item has the same chance,
    and each project gets its share to within one item. The same items and seed give the same hold-out, in any order.
    Raises ValueError for a share outside (0, 1).
    """
    import numpy as np

    if not 0 < share < 1:
        raise ValueError(f"share {share} must lie between 0 and 1")
    if "project" not in eligible.columns:
        eligible = eligible.with_columns(project=pl.lit(""))
    items = (
        eligible.drop_nulls("item").sort("item", "project", nulls_last=True).unique("item", keep="first").sort("item")
    )
    rng = np.random.default_rng(seed)
    shuffled = items.with_columns(order=rng.random(items.height)).sort("project", "order")
    # Systematic sampling in random order: steps of 1 / share from a random start.
    cumulative_steps = np.floor(np.arange(items.height + 1) * share + rng.random())
    assignment = shuffled.with_columns(holdout=pl.Series(np.diff(cumulative_steps) > 0))
    return assignment.sort("item").select(pl.col("item").cast(pl.String), "holdout")


def compute_half_width(
    annotators: int, manual: float, assisted: float, *, ratio: float = 0.75, spread_person: float = 0.2,
    spread_item: float = 0.6, level: float = 0.95,
) -> float | None:  # fmt: skip
    """Return the upper half-width of the interval of an hours ratio, as a share; None for fewer than two people.

    `manual` and `assisted` count the items in each arm, over all people. The spreads are standard deviations of log
    seconds between people's gains and within items:
    SE^2 = person^2 / J + item^2 (1 / manual + 1 / assisted), with t(J - 1).
    """
    from scipy.special import stdtrit

    if annotators < 2 or min(manual, assisted) <= 0:  # noqa: PLR2004
        return None
    variance = spread_person**2 / annotators + spread_item**2 * (1 / manual + 1 / assisted)
    log_half_width = float(stdtrit(annotators - 1, 0.5 + level / 2)) * math.sqrt(variance)
    return ratio * math.expm1(log_half_width)


def compute_holdout_plan(
    items: int, hours: float, *, share: float, saving: float, annotators: int, held: int = 0,
    spread_person: float = 0.2, spread_item: float = 0.6, level: float = 0.95,
) -> HoldoutPlan:  # fmt: skip
    """Return the cost and benefit of holding out `share` of `items` eligible items.

    `hours`: what the eligible items would take by hand; `saving`: the expected saving as a share of these hours;
    `held`: the items held out so far. The price is the saving forgone: share x hours x saving, negative where
    automation costs time.
    """
    holdout_count = round(share * items)
    spreads = {"ratio": 1 - saving, "spread_person": spread_person, "spread_item": spread_item, "level": level}
    current_half_width = compute_half_width(annotators, held, items, **spreads) if held else None
    planned_half_width = compute_half_width(annotators, held + holdout_count, items - holdout_count, **spreads)
    is_enough = share >= MINIMUM_SHARE and held + holdout_count >= HOLDOUT_ITEMS
    price = share * hours * saving
    return HoldoutPlan(
        holdout_count,
        price,
        current_half_width,
        planned_half_width,
        is_enough,
        _describe_plan(holdout_count, price, current_half_width, planned_half_width, enough=is_enough),
    )


def check_compliance(assignment: pl.DataFrame, labels: pl.DataFrame) -> HoldoutCompliance:
    """Return which held-out items were actually labeled by hand.

    `assignment`: item and holdout, from `draw_holdout`. `labels`: item and assisted (bool, null where the method is
    unknown), one row per label. An item with any assisted label counts as assisted, else one with any unknown label
    as unknown.
    """
    methods_by_item = labels.group_by("item").agg(
        any_assisted=pl.col("assisted").any(), unknown=pl.col("assisted").is_null().any()
    )
    outcomes = (
        assignment.filter("holdout")
        .join(methods_by_item, on="item", how="left")
        .select(
            "item",
            outcome=pl.when(pl.col("unknown").is_null())
            .then(pl.lit("not labeled"))
            .when("any_assisted")
            .then(pl.lit("assisted"))
            .when("unknown")
            .then(pl.lit("unknown"))
            .otherwise(pl.lit("manual")),
        )
        .sort("item")
    )
    counts = dict(outcomes.group_by("outcome").len().iter_rows())
    manual, assisted, unknown, missing = (
        counts.get(outcome, 0) for outcome in ("manual", "assisted", "unknown", "not labeled")
    )
    labeled = manual + assisted + unknown
    is_kept = labeled > 0 and manual >= MINIMUM_COMPLIANCE * labeled
    text = (
        f"{format_count(manual)} of {format_count(labeled)} labeled hold-out items were done by hand, "
        f"{format_count(assisted)} with assistance, "
        f"{format_count(unknown)} in an unknown way; {format_count(missing)} are not labeled yet. "
    ) + _describe_compliance(labeled, kept=is_kept)
    return HoldoutCompliance(outcomes.height, manual, assisted, unknown, missing, is_kept, outcomes, text)


def _describe_compliance(labeled: int, *, kept: bool) -> str:
    """Return whether people kept to the hold-out, in words."""
    if not labeled:
        return "Nothing can be said yet."
    return "The hold-out was kept." if kept else "The hold-out was not kept: the answer may be biased again."


def _describe_plan(
    holdout_count: int, price: float, before: float | None, after: float | None, *, enough: bool
) -> str:  # fmt: skip
    """Return what the hold-out costs and buys, in one or two sentences."""
    cost = (
        f"costs about {format_decimal(price)} hours" if price >= 0 else f"spares about {format_decimal(-price)} hours"
    )
    text = f"Doing {format_count(holdout_count)} items by hand {cost}"
    if after is None:
        text += "; with fewer than two annotators no interval can be given."
    elif before is None:
        text += (
            f" and gives an answer free of selection, to about ±{format_count(100 * after)} points; today there is "
            "none."
        )
    else:
        text += (
            f" and narrows the answer from about ±{format_count(100 * before)} to ±{format_count(100 * after)} points."
        )
    if not enough:
        text += f" For grade A hold out at least {format_share(MINIMUM_SHARE)} and {HOLDOUT_ITEMS} items."
    return text
