"""Percentiles of simulated weeks: 80% of the draws lie between P10 and P90."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from dashboard.inference.design_matrix import Reals

SEED = 20260101
DRAWS = 2000
MINIMUM_WEEKS = 6
BLOCK_WEEKS = 4
MAXIMUM_AUTOCORRELATION = 0.8  # in a few weeks a higher autocorrelation looks like a trend
MINIMUM_FREEDOM = 2.0

PERCENTILE_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Percentiles:
    """The median of simulated outcomes, and the bounds that hold 80% of them."""

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


def compute_ratio_percentiles(numerator_draws: Reals, denominator_draws: Reals) -> Percentiles:
    """Return the percentiles of one sum over the weeks divided by another, draw by draw (both draws x weeks)."""
    denominators = denominator_draws.sum(axis=1)
    return compute_percentiles(numerator_draws.sum(axis=1)[denominators > 0] / denominators[denominators > 0])


def compute_running_percentiles(draws: Reals, start: float) -> list[Percentiles]:
    """Return the percentiles of the running sum after each week (draws x weeks), which begins at `start`."""
    return compute_weekly_percentiles(start + draws.cumsum(axis=1))


def resample_weeks(history: Reals, weeks: int, draws: int, rng: np.random.Generator) -> Reals:
    """Return future weeks (draws x weeks) as blocks of past weeks in a row; a block may wrap around the end.

    Every draw is multiplied by one factor, exp(error x t), for the error of the history's mean.
    """
    import numpy as np

    error, freedom = estimate_level_error(history)
    level_factors = np.exp(error * rng.standard_t(freedom, size=(draws, 1)))
    blocks = -(-weeks // BLOCK_WEEKS)
    starts = rng.integers(0, len(history), size=(draws, blocks, 1))
    indices = (starts + np.arange(BLOCK_WEEKS)) % len(history)
    sampled_weeks: Reals = np.asarray(history, dtype=float)[indices].reshape(draws, -1)[:, :weeks]
    return level_factors * sampled_weeks


def estimate_level_error(history: Reals) -> tuple[float, float]:
    """Return the relative standard error of the mean week, and its degrees of freedom.

    sd / mean / sqrt(n'), where n' = n (1 - r) / (1 + r) is the effective sample size of n weeks (Bayley and Hammersley,
    1946). r is the lag-one autocorrelation, corrected for few weeks, (n r + 1) / (n - 3) (Marriott and Pope, 1954),
    between 0 and `MAXIMUM_AUTOCORRELATION`. The mean of the history must not be zero.
    """
    import numpy as np

    weeks = len(history)
    deviations = np.asarray(history, dtype=float) - np.mean(history)
    squares = float(deviations @ deviations)
    if squares == 0:
        return 0.0, weeks - 1.0
    autocorrelation = (weeks * float(deviations[1:] @ deviations[:-1]) / squares + 1) / (weeks - 3)
    autocorrelation = min(max(autocorrelation, 0.0), MAXIMUM_AUTOCORRELATION)
    effective_weeks = weeks * (1 - autocorrelation) / (1 + autocorrelation)
    error = math.sqrt(squares / (weeks - 1) / effective_weeks) / float(np.mean(history))
    return error, max(effective_weeks - 1, MINIMUM_FREEDOM)
