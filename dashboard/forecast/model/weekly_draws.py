"""Draws of the weeks ahead: paths of the measured series, and values given by a plan.

Every input draws from its own stream, which depends on the seed alone. Two plans with one seed thus get the same random
numbers (common random numbers), and only the plans make them differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr, stdtrit

from dashboard.forecast.model.plan import INPUT_NAMES, InputOverride
from dashboard.forecast.model.weekly_series import AUTOCORRELATION, SERIES_NAMES, SHARE_SERIES, Reals, SeriesFit

TREND_DAMPING = 0.7  # of the trend, per week
TREND_WEIGHT = 0.5  # of the trend that is believed
NORMAL_P90 = 1.2815515655446004  # standard deviations from P50 to P90
SHARE_MARGIN = 1e-6  # shares are clipped this far from 0 and 1 before their logit


@dataclass(frozen=True)
class RandomNumbers:
    """Standard normal numbers for SERIES_NAMES: level and slope (series x draws), noise (series x draws x weeks).

    The noise is that of an AR(1) process, made once for all projections of a seed.
    """

    level: Reals
    slope: Reals
    noise: Reals

    @property
    def draws(self) -> int:
        """Return the number of draws."""
        return int(self.noise.shape[1])

    @property
    def weeks(self) -> int:
        """Return the number of weeks ahead."""
        return int(self.noise.shape[2])

    def correlate_series(self, correlation: Reals) -> RandomNumbers:
        """Return the numbers correlated between the series as `likeness` says."""
        cholesky_factor = np.linalg.cholesky(correlation)
        return RandomNumbers(
            cholesky_factor @ self.level,
            cholesky_factor @ self.slope,
            np.einsum("ij,jdw->idw", cholesky_factor, self.noise),
        )

    def truncate_weeks(self, weeks: int) -> RandomNumbers:
        """Return the numbers of fewer weeks."""
        return RandomNumbers(self.level, self.slope, self.noise[:, :, :weeks])


def draw_random_numbers(seed: int, draws: int, weeks: int) -> RandomNumbers:
    """Return the numbers of a seed; those of the first weeks do not depend on how many weeks there are."""
    streams = [np.random.default_rng([seed, index]) for index in range(len(SERIES_NAMES))]
    level, slope = (np.stack([stream.standard_normal(draws) for stream in streams]) for _ in range(2))
    noise = np.stack([stream.standard_normal((weeks, draws)).T for stream in streams])
    innovation_scale = np.sqrt(1 - AUTOCORRELATION**2)
    for week in range(1, weeks):
        noise[:, :, week] = AUTOCORRELATION * noise[:, :, week - 1] + innovation_scale * noise[:, :, week]
    return RandomNumbers(level, slope, noise)


def draw_path(name: str, fit: SeriesFit, random_numbers: RandomNumbers) -> Reals:
    """Return the draws of a series on its scale (draws x weeks): level, damped trend and AR(1) noise of the weeks."""
    index = SERIES_NAMES.index(name)
    level = fit.level + fit.level_error * random_numbers.level[index]
    slope = TREND_WEIGHT * (fit.slope + fit.slope_error * random_numbers.slope[index])
    damped_weeks = np.cumsum(TREND_DAMPING ** np.arange(random_numbers.weeks))
    path: Reals = level[:, None] + slope[:, None] * damped_weeks + fit.spread * random_numbers.noise[index]
    return path


def transform_back(name: str, path: Reals, offset: float = 0.0) -> Reals:
    """Return draws transformed back from their scale to shares or seconds."""
    if name in SHARE_SERIES:
        return expit(path)
    seconds: Reals = np.maximum(np.exp(path) - offset, 0.0)
    return seconds


def draw_override(name: str, value: InputOverride, seed: int, draws: int) -> Reals:
    """Return draws of a given value, one per draw: a split normal with P10 and P90 at its bounds.

    On the logit scale for shares, else on the log scale, or untransformed where a bound is zero.

    Raises:
        ValueError: bounds out of order, one of them missing, or a share outside 0 to 1.
    """
    check_override(name, value)
    if value.low is None or value.high is None:
        return np.full(draws, value.value)
    if name in {"setup_hours", "maintenance_hours"}:
        return transform_pert(value.low, value.value, value.high, draw_uniform(name, seed, draws))
    bounds = np.array([value.low, value.value, value.high])
    if name in SHARE_SERIES:
        low, middle, high = logit(bounds)
        return expit(scale_split_normal(low, middle, high, draw_normal(name, seed, draws)))
    if value.low > 0:
        low, middle, high = np.log(bounds)
        positive_draws: Reals = np.exp(scale_split_normal(low, middle, high, draw_normal(name, seed, draws)))
        return positive_draws
    clipped_draws: Reals = np.maximum(
        scale_split_normal(value.low, value.value, value.high, draw_normal(name, seed, draws)), 0.0
    )
    return clipped_draws


def check_override(name: str, value: InputOverride) -> None:
    """Check the value and bounds of an input.

    Raises:
        ValueError: they are out of order or out of range, or one bound is missing.
    """
    bounds = [bound for bound in (value.low, value.value, value.high) if bound is not None]
    if len(bounds) == 2 or sorted(bounds) != bounds or not np.isfinite(bounds).all():  # noqa: PLR2004  one bound of two
        raise ValueError(f"{name}: give low <= value <= high, or the value alone.")
    if bounds[0] < 0 or (name in SHARE_SERIES and bounds[-1] > 1):
        raise ValueError(f"{name}: {bounds[0]:g} to {bounds[-1]:g} is out of its range.")


def draw_normal(name: str, seed: int, draws: int) -> Reals:
    """Return the standard normal numbers of a given input."""
    return np.random.default_rng([seed, 100 + INPUT_NAMES.index(name)]).standard_normal(draws)


def draw_uniform(name: str, seed: int, draws: int) -> Reals:
    """Return the uniform numbers of a given input."""
    numbers: Reals = ndtr(draw_normal(name, seed, draws))
    return numbers


def scale_split_normal(low: float, middle: float, high: float, normals: Reals) -> Reals:
    """Return split normal draws: a lower and an upper half with different spreads."""
    values: Reals = middle + normals * np.where(normals < 0, middle - low, high - middle) / NORMAL_P90
    return values


def transform_pert(low: float, likely: float, high: float, uniforms: Reals) -> Reals:
    """Return PERT draws from uniform numbers: a beta with weight 4 on the mode (Malcolm et al. 1959)."""
    if high == low:
        return np.full(len(uniforms), likely)
    alpha, beta = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
    values: Reals = low + (high - low) * betaincinv(alpha, beta, uniforms)
    return values


def draw_student_t(seed: int, draws: int, freedom: int) -> Reals:
    """Return t-distributed numbers for the counterfactual seconds, one per draw."""
    numbers: Reals = stdtrit(max(freedom, 1), draw_uniform("counterfactual_seconds", seed, draws))
    return numbers


def draw_weekly_items(items: Reals, seed: int, draws: int, weeks: int) -> Reals:
    """Return items per week (draws x weeks) at the team's own velocity: past weeks resampled, recent ones most often.

    Each draw resamples twice: first the weeks it knows, as many as the weights are worth, then its weeks ahead from
    these.
    """
    rng = np.random.default_rng([seed, 100 + INPUT_NAMES.index("items_per_week")])
    weights = 0.9 ** np.arange(len(items))[::-1]
    weights /= weights.sum()
    known_weeks = max(int(1 / (weights @ weights)), 1)
    week_pool = rng.choice(len(items), size=(draws, known_weeks), p=weights)
    pool_indices = rng.integers(0, known_weeks, size=(weeks, draws)).T
    return items[np.take_along_axis(week_pool, pool_indices, axis=1)]


def logit(share: Reals) -> Reals:
    """Return the log odds of shares."""
    clipped = np.clip(share, SHARE_MARGIN, 1 - SHARE_MARGIN)
    odds: Reals = np.log(clipped / (1 - clipped))
    return odds


def expit(odds: Reals) -> Reals:
    """Return the shares of log odds."""
    share: Reals = 1 / (1 + np.exp(-odds))
    return share
