"""Hours saved by several automations together, allowing for people who work with more than one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from dashboard.inference.contract import Interval


def combine_hours(
    hours: Sequence[Interval], influences: Sequence[pl.DataFrame], own_errors: Sequence[float] = ()
) -> Interval:
    """Return the sum of hours saved with its interval.

    `influences` hold each annotator's influence on the hours (annotator, hours), in the order of `hours`. The variance
    of the sum is the sum over annotators of their squared total influence, which keeps the correlation between
    automations with shared annotators (the delta method with clusters); its quantile is t(annotators - 1).
    `own_errors` are standard errors that the hours have beside those, independent of each other. A single automation
    keeps its own interval. Raises ValueError for no hours, or for levels that differ.
    """
    if not hours or len({interval.level for interval in hours}) > 1 or len(hours) != len(influences):
        raise ValueError(hours)
    if len(hours) == 1:
        return hours[0]
    by_annotator = pl.concat(influences).group_by("annotator").agg(pl.col("hours").sum())
    value = sum(interval.value for interval in hours)
    error = math.hypot(*by_annotator.get_column("hours"), *own_errors)
    half_width = compute_t_quantile(by_annotator.height, hours[0].level) * error
    return Interval(value, value - half_width, value + half_width, hours[0].level)


def add_intervals(hours: Sequence[Interval]) -> Interval:
    """Return the sum with its bounds added up: as wide as under perfect correlation, so wider than needed.

    For intervals of the current annotators, whose correlation is not known. Raises ValueError for no hours.
    """
    if not hours:
        raise ValueError(hours)
    return Interval(
        sum(interval.value for interval in hours),
        sum(interval.low for interval in hours),
        sum(interval.high for interval in hours),
        hours[0].level,
    )


def compute_share(hours: Interval, by_hand: float) -> Interval:
    """Return hours saved as a share of the hours by hand, as 1 - exp of the bounds of the log ratio.

    The hours that the labels took are certain, so those by hand move with the hours saved: no share exceeds 100%.
    """
    taken = by_hand - hours.value
    low, high = (compute_share_bound(bound, taken, by_hand) for bound in (hours.low, hours.high))
    return Interval(hours.value / by_hand, low, high, hours.level)


def compute_share_bound(hours: float, taken: float, by_hand: float) -> float:
    """Return a bound of the share; where the bound of the hours by hand is not positive, by the delta method."""
    if taken + hours > 0:
        return hours / (taken + hours)
    return 1 - taken / by_hand * math.exp((by_hand - taken - hours) / by_hand)


def compute_t_quantile(annotators: float, level: float) -> float:
    """Return the two-sided quantile of t(annotators - 1); infinite for one annotator, who has no spread."""
    from scipy.special import stdtrit  # scipy.stats takes seconds to load

    return float(stdtrit(annotators - 1, (1 + level) / 2)) if annotators > 1 else math.inf
