"""Draws of the weeks ahead: paths of the measured series, and values given by a plan.

Every input draws from its own stream, which depends on the seed alone. Two plans with one seed thus get the same random
numbers (common random numbers), and only the plans make them differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr, stdtrit

from dashboard.forecast.model.plan import INPUTS, Given
from dashboard.forecast.model.weekly_series import NAMES, PERSISTENCE, SHARES, Fit, Reals

DAMPING = 0.7  # of the trend, per week
TREND_PART = 0.5  # of the trend that is believed
BOUND = 1.2815515655446004  # standard deviations from P50 to P90
EDGE = 1e-6  # shares are clipped this far from 0 and 1 before their logit


@dataclass(frozen=True)
class Luck:
    """Standard normal numbers for SERIES_NAMES: level and slope (series x draws), noise (series x draws x weeks)."""

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

    def alike(self, likeness: Reals) -> Luck:
        """Return the numbers correlated between the series as `likeness` says."""
        mix = np.linalg.cholesky(likeness)
        return Luck(mix @ self.level, mix @ self.slope, np.einsum("ij,jdw->idw", mix, self.noise))

    def cut(self, weeks: int) -> Luck:
        """Return the numbers of fewer weeks."""
        return Luck(self.level, self.slope, self.noise[:, :, :weeks])


def luck(seed: int, draws: int, weeks: int) -> Luck:
    """Return the numbers of a seed; those of the first weeks do not depend on how many weeks there are."""
    streams = [np.random.default_rng([seed, at]) for at in range(len(NAMES))]
    level, slope = (np.stack([stream.standard_normal(draws) for stream in streams]) for _ in range(2))
    noise = np.stack([stream.standard_normal((weeks, draws)).T for stream in streams])
    return Luck(level, slope, noise)


def path(name: str, fit: Fit, numbers: Luck) -> Reals:
    """Return the draws of a series on its scale (draws x weeks): level, damped trend and AR(1) noise of the weeks."""
    at = NAMES.index(name)
    level = fit.level + fit.level_error * numbers.level[at]
    slope = TREND_PART * (fit.slope + fit.slope_error * numbers.slope[at])
    far = np.cumsum(DAMPING ** np.arange(numbers.weeks))
    noise = numbers.noise[at].copy()
    fresh = np.sqrt(1 - PERSISTENCE**2)
    for week in range(1, numbers.weeks):
        noise[:, week] = PERSISTENCE * noise[:, week - 1] + fresh * noise[:, week]
    found: Reals = level[:, None] + slope[:, None] * far + fit.spread * noise
    return found


def natural(name: str, path_: Reals, offset: float = 0.0) -> Reals:
    """Return draws transformed back from their scale to shares or seconds."""
    if name in SHARES:
        return expit(path_)
    seconds: Reals = np.maximum(np.exp(path_) - offset, 0.0)
    return seconds


def given(name: str, value: Given, seed: int, draws: int) -> Reals:
    """Return draws of a given value, one per draw: a split normal with P10 and P90 at its bounds.

    On the logit scale for shares, else on the log scale, or untransformed where a bound is zero.

    Raises:
        ValueError: bounds out of order, one of them missing, or a share outside 0 to 1.
    """
    check(name, value)
    if value.low is None or value.high is None:
        return np.full(draws, value.value)
    if name in {"setup_hours", "maintenance_hours"}:
        return pert(value.low, value.value, value.high, uniform(name, seed, draws))
    ends = np.array([value.low, value.value, value.high])
    if name in SHARES:
        low, middle, high = logit(ends)
        return expit(halves(low, middle, high, normal(name, seed, draws)))
    if value.low > 0:
        low, middle, high = np.log(ends)
        logs: Reals = np.exp(halves(low, middle, high, normal(name, seed, draws)))
        return logs
    plain: Reals = np.maximum(halves(value.low, value.value, value.high, normal(name, seed, draws)), 0.0)
    return plain


def check(name: str, value: Given) -> None:
    """Check the value and bounds of an input.

    Raises:
        ValueError: they are out of order or out of range, or one bound is missing.
    """
    ends = [end for end in (value.low, value.value, value.high) if end is not None]
    if len(ends) == 2 or sorted(ends) != ends or not np.isfinite(ends).all():  # noqa: PLR2004  one bound of two
        raise ValueError(f"{name}: give low <= value <= high, or the value alone.")
    if ends[0] < 0 or (name in SHARES and ends[-1] > 1):
        raise ValueError(f"{name}: {ends[0]:g} to {ends[-1]:g} is out of its range.")


def normal(name: str, seed: int, draws: int) -> Reals:
    """Return the standard normal numbers of a given input."""
    return np.random.default_rng([seed, 100 + INPUTS.index(name)]).standard_normal(draws)


def uniform(name: str, seed: int, draws: int) -> Reals:
    """Return the uniform numbers of a given input."""
    numbers: Reals = ndtr(normal(name, seed, draws))
    return numbers


def halves(low: float, middle: float, high: float, numbers: Reals) -> Reals:
    """Return split normal draws: a lower and an upper half with different spreads."""
    found: Reals = middle + numbers * np.where(numbers < 0, middle - low, high - middle) / BOUND
    return found


def pert(low: float, likely: float, high: float, numbers: Reals) -> Reals:
    """Return PERT draws from uniform numbers: a beta with weight 4 on the mode (Malcolm et al. 1959)."""
    if high == low:
        return np.full(len(numbers), likely)
    left, right = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
    found: Reals = low + (high - low) * betaincinv(left, right, numbers)
    return found


def student(seed: int, draws: int, freedom: int) -> Reals:
    """Return t-distributed numbers for the counterfactual seconds, one per draw."""
    found: Reals = stdtrit(max(freedom, 1), uniform("counterfactual_seconds", seed, draws))
    return found


def volume(items: Reals, seed: int, draws: int, weeks: int) -> Reals:
    """Return items per week (draws x weeks) at the team's own velocity: past weeks resampled, recent ones most often.

    Each draw resamples twice: first the weeks it knows, as many as the weights are worth, then its weeks ahead from
    these.
    """
    rng = np.random.default_rng([seed, 100 + INPUTS.index("items_per_week")])
    weight = 0.9 ** np.arange(len(items))[::-1]
    weight /= weight.sum()
    known = max(int(1 / (weight @ weight)), 1)
    first = rng.choice(len(items), size=(draws, known), p=weight)
    second = rng.integers(0, known, size=(weeks, draws)).T
    return items[np.take_along_axis(first, second, axis=1)]


def logit(share: Reals) -> Reals:
    """Return the log odds of shares."""
    inside = np.clip(share, EDGE, 1 - EDGE)
    odds: Reals = np.log(inside / (1 - inside))
    return odds


def expit(odds: Reals) -> Reals:
    """Return the shares of log odds."""
    share: Reals = 1 / (1 + np.exp(-odds))
    return share
