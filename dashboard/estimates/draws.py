"""Draws of weeks, and what is said of them: 80 % lie between P10 and P90."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

ENDS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Spread:
    """What 80 % of simulated outcomes lie between, and their middle."""

    p10: float
    p50: float
    p90: float


def spread(draws: Reals) -> Spread:
    """Return the percentiles of draws (an array)."""
    import numpy as np

    return Spread(*(float(end) for end in np.quantile(draws, ENDS)))


def by_week(draws: Reals) -> list[Spread]:
    """Return the percentiles of each week (draws x weeks)."""
    import numpy as np

    return [Spread(*map(float, ends)) for ends in np.quantile(draws, ENDS, axis=0).T]


def in_total(draws: Reals) -> Spread:
    """Return the percentiles of the sum over the weeks (draws x weeks); percentiles of weeks do not add up to it."""
    return spread(draws.sum(axis=1))


def added(several: Sequence[Reals]) -> Reals:
    """Return the sum of draws of several projects, draw by draw; a shorter one has nothing in its missing weeks.

    Raises:
        ValueError: no draws at all, or not equally many.
    """
    import numpy as np

    if not several or len({one.shape[0] for one in several}) != 1:
        raise ValueError([one.shape for one in several])
    longest = max(one.shape[1] for one in several)
    total: Reals = sum(np.pad(one, ((0, 0), (0, longest - one.shape[1]))) for one in several)  # type: ignore[assignment]
    return total


def share_below(draws: Reals, limit: float) -> float:
    """Return which part of the draws (an array) is below a limit."""
    return float((draws < limit).mean())


def ratio(above: Reals, below: Reals) -> Spread:
    """Return the percentiles of one sum over the weeks divided by another, draw by draw (both draws x weeks)."""
    whole = below.sum(axis=1)
    return spread(above.sum(axis=1)[whole > 0] / whole[whole > 0])


def running(draws: Reals, start: float) -> list[Spread]:
    """Return the percentiles of the running sum after each week (draws x weeks), from what it is at the start."""
    return by_week(start + draws.cumsum(axis=1))
