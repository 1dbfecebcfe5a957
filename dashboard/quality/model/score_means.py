"""The mean of scores with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.inference.contract import Interval

if TYPE_CHECKING:
    import polars as pl


def estimate_mean(values: pl.Series, level: float = 0.95) -> Interval:
    """Return the mean of two or more numbers with its t interval.

    Raises:
        ValueError: fewer than two numbers.
    """
    from scipy.special import stdtrit

    count = len(values)
    if count < 2:  # noqa: PLR2004 - one number has no spread
        raise ValueError(f"a mean of {count} values has no interval")
    scores = values.to_numpy().astype(float)
    half_width = float(stdtrit(count - 1, (1 + level) / 2)) * float(scores.std(ddof=1)) / count**0.5
    center = float(scores.mean())
    return Interval(center, center - half_width, center + half_width, level)
