"""Hours of several automations as one: people who work with more than one of them are counted once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from dashboard.estimates.contract import Interval


def combined(hours: Sequence[Interval], influences: Sequence[pl.DataFrame]) -> Interval:
    """Return the sum of hours saved with its interval.

    `influences` hold each annotator's part of the doubt (annotator, hours), in the order of `hours`. The variance of
    the sum is the sum over annotators of the square of their summed influence, which keeps what automations with
    shared annotators have in common (the delta method with clusters); its quantile is t(annotators - 1). A single
    automation keeps its own interval. Raises ValueError for no hours, or for levels that differ.
    """
    if not hours or len({one.level for one in hours}) > 1 or len(hours) != len(influences):
        raise ValueError(hours)
    if len(hours) == 1:
        return hours[0]
    by_annotator = pl.concat(influences).group_by("annotator").agg(pl.col("hours").sum())
    value = sum(one.value for one in hours)
    error = math.sqrt(float((by_annotator.get_column("hours") ** 2).sum()))
    half = quantile(by_annotator.height, hours[0].level) * error
    return Interval(value, value - half, value + half, hours[0].level)


def added(hours: Sequence[Interval]) -> Interval:
    """Return the sum with its bounds added up: as wide as if all errors went the same way, wider than needed.

    For intervals that hold for the annotators at hand, whose common part is not known. Raises ValueError for no hours.
    """
    if not hours:
        raise ValueError(hours)
    return Interval(
        sum(one.value for one in hours), sum(one.low for one in hours), sum(one.high for one in hours), hours[0].level
    )


def quantile(annotators: int, level: float) -> float:
    """Return the two-sided quantile of t(annotators - 1); one annotator has no spread, and it is infinite."""
    from scipy.special import stdtrit  # scipy.stats takes seconds to load

    return float(stdtrit(annotators - 1, (1 + level) / 2)) if annotators > 1 else math.inf
