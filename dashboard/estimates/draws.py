"""Percentiles of simulated weeks: 80 % of the draws lie between P10 and P90."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

PERCENTILE_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Percentiles:
    """The median of simulated outcomes, and the bounds that hold 80 % of them."""

    p10: float
    p50: float
    p90: float


def compute_percentiles(draws: Reals) -> Percentiles:
    """Return the percentiles of draws (an array)."""
    import numpy as np

    return Percentiles(*(float(percentile) for percentile in np.quantile(draws, PERCENTILE_LEVELS)))


def compute_weekly_percentiles(draws: Reals) -> list[Percentiles]:
    """Return the percentiles of each week (draws x weeks)."""
    import numpy as np

    return [Percentiles(*map(float, percentiles)) for percentiles in np.quantile(draws, PERCENTILE_LEVELS, axis=0).T]


def compute_total_percentiles(draws: Reals) -> Percentiles:
    """Return the percentiles of the sum over the weeks (draws x weeks); percentiles of weeks do not add up to it."""
    return compute_percentiles(draws.sum(axis=1))


def add_draws(project_draws: Sequence[Reals]) -> Reals:
    """Return the sum over several projects, draw by draw; a shorter one counts as zero in its missing weeks.

    Raises:
        ValueError: no draws at all, or projects with different numbers of draws.
    """
    import numpy as np

    if not project_draws or len({draws.shape[0] for draws in project_draws}) != 1:
        raise ValueError([draws.shape for draws in project_draws])
    longest = max(draws.shape[1] for draws in project_draws)
    total: Reals = sum(np.pad(draws, ((0, 0), (0, longest - draws.shape[1]))) for draws in project_draws)  # type: ignore[assignment]
    return total


def compute_share_below(draws: Reals, limit: float) -> float:
    """Return the share of draws (an array) below a limit."""
    return float((draws < limit).mean())


def compute_ratio_percentiles(numerator_draws: Reals, denominator_draws: Reals) -> Percentiles:
    """Return the percentiles of one sum over the weeks divided by another, draw by draw (both draws x weeks)."""
    denominators = denominator_draws.sum(axis=1)
    return compute_percentiles(numerator_draws.sum(axis=1)[denominators > 0] / denominators[denominators > 0])


def compute_running_percentiles(draws: Reals, start: float) -> list[Percentiles]:
    """Return the percentiles of the running sum after each week (draws x weeks), which begins at `start`."""
    return compute_weekly_percentiles(start + draws.cumsum(axis=1))
