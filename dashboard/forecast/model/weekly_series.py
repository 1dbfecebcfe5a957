"""A project's weeks as series on the logit or log scale, and what they say about the coming weeks.

The level is an exponentially weighted mean. The noise is that of weeks, not of items: items of one week share their
guidelines, people and batch, and noise that ignores this gives far too narrow a band.

Recalibration: forecasts widened to the errors of the team's own earlier forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

Reals = NDArray[np.float64]

KEEPS = 0.8  # weight of a week relative to the week after it
WINDOW = 12  # weeks that make the level
MEMORY = 26  # weeks that make the noise
PERSISTENCE = 0.35  # of the noise from week to week (AR 1): what covers four and twelve weeks ahead alike
SETTLED = 10.0  # labels at which a week has half its full weight
LEAST_STEPS = 6  # in common between two series
LEAST_SPREAD = 1e-9  # sum of squares below which a series does not move
TREND_WEEKS = 4  # weeks below which there is no trend
LEAST_SECONDS = 0.01  # per label; less is no time, and its logarithm would drown all others
SHARES = frozenset({"coverage", "acceptance"})
FLOOR = {True: 0.10, False: 0.04}  # least spread of weeks, logit and log
NAMES = (
    "coverage",
    "acceptance",
    "manual_seconds",
    "verify_seconds",
    "correct_seconds",
    "assisted_seconds",
    "rework_seconds",
)
"""The order of the series wherever they are stacked; a new one goes to the end, so that old seeds keep their draws."""


@dataclass(frozen=True)
class Values:
    """A series: its value in each week on its scale (nan where there is none), and the number of labels behind it."""

    value: Reals
    labels: Reals

    @property
    def weeks(self) -> int:
        """Return the number of weeks with a value."""
        return int(np.isfinite(self.value).sum())


@dataclass(frozen=True)
class Fit:
    """What a series says about the weeks ahead: current level, slope per week (both with error) and spread of weeks."""

    level: float
    level_error: float
    slope: float
    slope_error: float
    spread: float


@dataclass(frozen=True)
class History:
    """The columns of the weekly history as arrays, one element per week."""

    columns: dict[str, Reals]

    @property
    def weeks(self) -> int:
        """Return the number of weeks, with or without labels."""
        return len(self.columns["items"])

    def before(self, week: int) -> History:
        """Return the history as known before a week (its index, from 0)."""
        return History({name: column[:week] for name, column in self.columns.items()})

    def labeled_weeks(self) -> int:
        """Return the number of weeks with labels."""
        return int((self.columns["items"] > 0).sum())

    def other(self) -> tuple[Reals, Reals]:
        """Return the seconds and number of timed labels without assistance: by hand or of unknown method.

        Without the columns of all labels, only those by hand are known.
        """
        column = self.columns
        if "human_seconds" not in column:
            return column["manual_seconds"], column["manual_timed"]
        seconds = column["human_seconds"] - column["assisted_seconds"] - column["rework_seconds"]
        return np.maximum(seconds, 0.0), np.maximum(column["human_timed"] - column["assisted_timed"], 0.0)

    def sums(self, name: str) -> tuple[Reals, Reals]:
        """Return the seconds of a series and the number of labels they cover."""
        if name == "manual_seconds":
            return self.other()
        return self.columns[name], self.columns[name.replace("_seconds", "_timed")]

    def mean(self, name: str) -> float:
        """Return the mean seconds per label of a series, recent weeks weighing most; nan where there are none."""
        seconds, timed = self.sums(name)
        weight = KEEPS ** np.arange(self.weeks)[::-1]
        return float(weight @ seconds / (weight @ timed)) if timed.any() else float("nan")

    def parts(self, name: str) -> tuple[Reals, Reals]:
        """Return the weekly numerators and denominators of coverage or acceptance."""
        if name == "coverage":
            return self.columns["offered"], self.columns["items"]
        return self.columns["unchanged"], self.columns["unchanged"] + self.columns["edited"]

    def values(self, name: str) -> Values:
        """Return a series on its scale; coverage begins with the first assisted label."""
        if name in SHARES:
            part, whole = self.parts(name)
            begun = np.cumsum(part) > 0 if name == "coverage" else whole > 0
            with np.errstate(divide="ignore"):
                logit = np.log((part + 0.5) / (whole - part + 0.5))
            return Values(np.where(begun & (whole > 0), logit, np.nan), whole)
        seconds, timed = self.sums(name)
        offset = self.offset(name)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = seconds / timed + offset
            return Values(np.where(mean >= LEAST_SECONDS, np.log(mean), np.nan), timed)

    def offset(self, name: str) -> float:
        """Return the number added to the seconds before the logarithm, as rework may be zero in a week."""
        if name != "rework_seconds":
            return 0.0
        mean = self.mean("assisted_seconds")
        return 0.1 * mean if np.isfinite(mean) else 1.0


def read(weeks: pl.DataFrame) -> History:
    """Return the history of a frame with the columns of WEEK_COLUMNS, in order of the weeks."""
    ordered = weeks.sort("week_on").drop("week_on")
    numbers = ordered.select(pl.selectors.numeric().cast(pl.Float64).fill_null(0.0))
    return History({name: numbers.get_column(name).to_numpy() for name in numbers.columns})


def fit(name: str, found: Values) -> Fit:
    """Return the level, trend and spread of a series that has at least one value."""
    at = np.flatnonzero(np.isfinite(found.value))
    spread = weekly_spread(name, found, at[-MEMORY:])
    recent = at[at >= len(found.value) - WINDOW]
    recent = recent if recent.size else at[-WINDOW:]
    age = (len(found.value) - 1 - recent).astype(np.float64)
    value, labels = found.value[recent], found.labels[recent]
    weight = KEEPS ** (age - age.min()) * labels / (labels + SETTLED)
    weight /= weight.sum()
    level = float(weight @ value)
    shared = (1 + PERSISTENCE) / (1 - PERSISTENCE)
    level_error = spread * float(np.sqrt(min(shared * (weight @ weight), 1.0)))
    if name not in SHARES or len(recent) < TREND_WEEKS:
        return Fit(level, level_error, 0.0, 0.0, spread)
    middle = float(weight @ age)
    lever = float(weight @ (age - middle) ** 2)
    slope = -float(weight @ ((age - middle) * (value - level))) / lever
    slope_error = spread * float(np.sqrt(shared * (weight**2 @ (age - middle) ** 2))) / lever
    return Fit(level + slope / 2 * middle, level_error, slope, slope_error, spread)


def weekly_spread(name: str, found: Values, at: NDArray[np.intp]) -> float:
    """Return the standard deviation of weeks, from successive differences, so that no drift adds to it."""
    floor = FLOOR[name in SHARES]
    if len(at) < 3:  # noqa: PLR2004  one difference is no spread
        return max(floor, 0.2)
    steps = np.diff(found.value[at])
    trust = found.labels[at] / (found.labels[at] + SETTLED)
    weight = trust[1:] * trust[:-1]
    mean = float(weight @ steps / weight.sum())
    variance = float(weight @ (steps - mean) ** 2 / weight.sum()) * len(steps) / (len(steps) - 1)
    return max(floor, float(np.sqrt(variance / (2 * (1 - PERSISTENCE)))))


def likeness(series: dict[str, Values]) -> Reals:
    """Return the correlations of the noise of the series: those of their steps, shrunk half way to zero.

    In the order of SERIES_NAMES. Each pair uses the weeks that have both; fewer than six steps count as uncorrelated.
    """
    steps = np.stack([np.diff(series[name].value[-MEMORY:]) for name in NAMES])
    known = np.isfinite(steps).astype(np.float64)
    step = np.where(np.isfinite(steps), steps, 0.0)
    count, total, square = known @ known.T, step @ known.T, step**2 @ known.T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = square - total**2 / count
        found = (step @ step.T - total * total.T / count) / np.sqrt(spread * spread.T)
        usable = (count >= LEAST_STEPS) & (np.minimum(spread, spread.T) > LEAST_SPREAD)
    found = np.where(usable, np.clip(found, -1.0, 1.0) / 2, 0.0)
    np.fill_diagonal(found, 1.0)
    return nearest(found)


def nearest(correlation: Reals) -> Reals:
    """Return the correlation matrix with its negative eigenvalues clipped, so that it can be drawn from."""
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > 1e-6:  # noqa: PLR2004  positive definite as it is
        return correlation
    mended = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    size = np.sqrt(np.diag(mended))
    cut: Reals = mended / np.outer(size, size)
    return cut


PSEUDO = 6  # pseudo-observations that support the forecast as it is
P90 = 1.2815515655446004
LEAST_ERRORS = 4  # errors below which there is nothing to learn from


@dataclass(frozen=True)
class Correction:
    """The factor on the log spread of a forecast, and its shift in log standard deviations."""

    scale: float
    shift: float


def correction(errors: Reals) -> Correction:
    """Return the recalibration for standardised log errors, each (log actual - log median) / log SD.

    The scale is their root mean square, shrunk by six pseudo-observations of one, times t / normal quantile. The shift
    is their mean, shrunk likewise.
    """
    count = len(errors)
    scale = float(np.sqrt((PSEUDO + errors @ errors) / (PSEUDO + count)))
    return Correction(scale * float(stdtrit(PSEUDO + count, 0.9)) / P90, float(errors.sum()) / (PSEUDO + count))


def recalibrated(seconds: Reals, errors: Reals | None) -> Reals:
    """Return the recalibrated seconds per item (draws x weeks), unchanged where there are too few errors."""
    if errors is None or len(errors) < LEAST_ERRORS:
        return seconds
    found = correction(errors)
    logs = np.log(np.maximum(seconds, 1e-9))
    middle = np.median(logs, axis=0)
    wider = np.exp(middle + found.scale * (logs - middle))
    before, after = np.log(np.maximum(seconds.mean(axis=1), 1e-9)), np.log(wider.mean(axis=1))
    # The errors are of the mean of the weeks: widening alone would raise it, as the logarithms are symmetric.
    moved = np.median(before) + found.shift * before.std() - np.median(after)
    fresh: Reals = wider * np.exp(moved)
    return fresh
