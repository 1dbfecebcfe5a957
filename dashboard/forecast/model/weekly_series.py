"""A project's weeks as series on the logit or log scale, and what they say about the coming weeks.

The level is an exponentially weighted mean. The noise is that of weeks, not of items: items of one week share their
guidelines, people and batch, and noise that ignores this gives far too narrow a band.

Recalibration widens forecasts to the errors of the team's own earlier forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

Reals = NDArray[np.float64]

WEEK_DECAY = 0.8  # weight of a week relative to the week after it
LEVEL_WEEKS = 12  # weeks that make the level
NOISE_WEEKS = 26  # weeks that make the noise
AUTOCORRELATION = 0.35  # of the noise from week to week (AR 1): what covers four and twelve weeks ahead alike
HALF_WEIGHT_LABELS = 10.0  # labels at which a week has half its full weight
MINIMUM_STEPS = 6  # in common between two series
MINIMUM_SQUARES = 1e-9  # sum of squares below which a series does not move
MINIMUM_TREND_WEEKS = 4  # weeks below which there is no trend
MINIMUM_SECONDS = 0.01  # per label; less is no time, and its logarithm would drown all others
SHARE_SERIES = frozenset({"coverage", "acceptance", "review_rate"})
SPREAD_FLOORS = {True: 0.10, False: 0.04}  # least spread of weeks, logit and log
SERIES_NAMES = (
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
class SeriesValues:
    """A series: its value in each week on its scale (nan where there is none), and the number of labels behind it."""

    value: Reals
    labels: Reals

    @property
    def weeks(self) -> int:
        """Return the number of weeks with a value."""
        return int(np.isfinite(self.value).sum())


@dataclass(frozen=True)
class SeriesFit:
    """What a series says about the weeks ahead: current level, slope per week (both with error) and spread of weeks."""

    level: float
    level_error: float
    slope: float
    slope_error: float
    spread: float


@dataclass(frozen=True)
class WeeklyHistory:
    """The columns of the weekly history as arrays, one element per week."""

    columns: dict[str, Reals]

    @property
    def weeks(self) -> int:
        """Return the number of weeks, with or without labels."""
        return len(self.columns["items"])

    def truncate(self, week: int) -> WeeklyHistory:
        """Return the history as known before a week (its index, from 0)."""
        return WeeklyHistory({name: column[:week] for name, column in self.columns.items()})

    def count_labeled_weeks(self) -> int:
        """Return the number of weeks with labels."""
        return int((self.columns["items"] > 0).sum())

    def sum_unassisted(self) -> tuple[Reals, Reals]:
        """Return the seconds and number of timed labels without assistance: by hand or of unknown method.

        Without the columns of all labels, only those by hand are known.
        """
        columns = self.columns
        if "human_seconds" not in columns:
            return columns["manual_seconds"], columns["manual_timed"]
        seconds = columns["human_seconds"] - columns["assisted_seconds"] - columns["rework_seconds"]
        return np.maximum(seconds, 0.0), np.maximum(columns["human_timed"] - columns["assisted_timed"], 0.0)

    def sum_series(self, name: str) -> tuple[Reals, Reals]:
        """Return the seconds of a series and the number of labels they cover."""
        if name == "manual_seconds":
            return self.sum_unassisted()
        return self.columns[name], self.columns[name.replace("_seconds", "_timed")]

    def compute_mean(self, name: str) -> float:
        """Return the mean seconds per label of a series, recent weeks weighing most; nan where there are none."""
        seconds, timed = self.sum_series(name)
        weight = WEEK_DECAY ** np.arange(self.weeks)[::-1]
        return float(weight @ seconds / (weight @ timed)) if timed.any() else float("nan")

    def count_parts(self, name: str) -> tuple[Reals, Reals]:
        """Return the weekly numerators and denominators of coverage or acceptance."""
        if name == "coverage":
            return self.columns["offered"], self.columns["items"]
        return self.columns["unchanged"], self.columns["unchanged"] + self.columns["edited"]

    def build_series(self, name: str) -> SeriesValues:
        """Return a series on its scale; coverage begins with the first assisted label."""
        if name in SHARE_SERIES:
            part_counts, totals = self.count_parts(name)
            has_begun = np.cumsum(part_counts) > 0 if name == "coverage" else totals > 0
            with np.errstate(divide="ignore"):
                logit = np.log((part_counts + 0.5) / (totals - part_counts + 0.5))
            return SeriesValues(np.where(has_begun & (totals > 0), logit, np.nan), totals)
        seconds, timed = self.sum_series(name)
        offset = self.compute_offset(name)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = seconds / timed + offset
            return SeriesValues(np.where(mean >= MINIMUM_SECONDS, np.log(mean), np.nan), timed)

    def compute_offset(self, name: str) -> float:
        """Return the number added to the seconds before the logarithm, as rework may be zero in a week."""
        if name != "rework_seconds":
            return 0.0
        mean = self.compute_mean("assisted_seconds")
        return 0.1 * mean if np.isfinite(mean) else 1.0


def read_history(weeks: pl.DataFrame) -> WeeklyHistory:
    """Return the history of a frame with the columns of WEEK_COLUMNS, in order of the weeks."""
    ordered = weeks.sort("week_on").drop("week_on")
    numbers = ordered.select(pl.selectors.numeric().cast(pl.Float64).fill_null(0.0))
    return WeeklyHistory({name: numbers.get_column(name).to_numpy() for name in numbers.columns})


def fit_series(name: str, series: SeriesValues) -> SeriesFit:
    """Return the level, trend and spread of a series that has at least one value."""
    known_weeks = np.flatnonzero(np.isfinite(series.value))
    spread = estimate_weekly_spread(name, series, known_weeks[-NOISE_WEEKS:])
    recent = known_weeks[known_weeks >= len(series.value) - LEVEL_WEEKS]
    recent = recent if recent.size else known_weeks[-LEVEL_WEEKS:]
    age = (len(series.value) - 1 - recent).astype(np.float64)
    value, labels = series.value[recent], series.labels[recent]
    weight = WEEK_DECAY ** (age - age.min()) * labels / (labels + HALF_WEIGHT_LABELS)
    weight /= weight.sum()
    level = float(weight @ value)
    variance_inflation = (1 + AUTOCORRELATION) / (1 - AUTOCORRELATION)
    level_error = spread * float(np.sqrt(min(variance_inflation * (weight @ weight), 1.0)))
    if name not in SHARE_SERIES or len(recent) < MINIMUM_TREND_WEEKS:
        return SeriesFit(level, level_error, 0.0, 0.0, spread)
    mean_age = float(weight @ age)
    age_variance = float(weight @ (age - mean_age) ** 2)
    slope = -float(weight @ ((age - mean_age) * (value - level))) / age_variance
    slope_error = spread * float(np.sqrt(variance_inflation * (weight**2 @ (age - mean_age) ** 2))) / age_variance
    return SeriesFit(level + slope / 2 * mean_age, level_error, slope, slope_error, spread)


def estimate_weekly_spread(name: str, series: SeriesValues, known_weeks: NDArray[np.intp]) -> float:
    """Return the standard deviation of weeks, from successive differences, so that no drift adds to it."""
    floor = SPREAD_FLOORS[name in SHARE_SERIES]
    if len(known_weeks) < 3:  # noqa: PLR2004  one difference is no spread
        return max(floor, 0.2)
    steps = np.diff(series.value[known_weeks])
    week_weights = series.labels[known_weeks] / (series.labels[known_weeks] + HALF_WEIGHT_LABELS)
    weight = week_weights[1:] * week_weights[:-1]
    mean = float(weight @ steps / weight.sum())
    variance = float(weight @ (steps - mean) ** 2 / weight.sum()) * len(steps) / (len(steps) - 1)
    return max(floor, float(np.sqrt(variance / (2 * (1 - AUTOCORRELATION)))))


def estimate_correlations(series: dict[str, SeriesValues]) -> Reals:
    """Return the correlations of the noise of the series: those of their steps, shrunk half way to zero.

    In the order of SERIES_NAMES. Each pair uses the weeks that have both; fewer than six steps count as uncorrelated.
    """
    steps = np.stack([np.diff(series[name].value[-NOISE_WEEKS:]) for name in SERIES_NAMES])
    is_known = np.isfinite(steps).astype(np.float64)
    filled_steps = np.where(np.isfinite(steps), steps, 0.0)
    count, total, square = is_known @ is_known.T, filled_steps @ is_known.T, filled_steps**2 @ is_known.T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = square - total**2 / count
        correlations = (filled_steps @ filled_steps.T - total * total.T / count) / np.sqrt(spread * spread.T)
        is_usable = (count >= MINIMUM_STEPS) & (np.minimum(spread, spread.T) > MINIMUM_SQUARES)
    correlations = np.where(is_usable, np.clip(correlations, -1.0, 1.0) / 2, 0.0)
    np.fill_diagonal(correlations, 1.0)
    return clip_eigenvalues(correlations)


def clip_eigenvalues(correlation: Reals) -> Reals:
    """Return the correlation matrix with its negative eigenvalues clipped, so that it can be drawn from."""
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > 1e-6:  # noqa: PLR2004  positive definite as it is
        return correlation
    repaired = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(repaired))
    rescaled: Reals = repaired / np.outer(scale, scale)
    return rescaled


PSEUDO_OBSERVATIONS = 6  # pseudo-observations that support the forecast as it is
NORMAL_P90 = 1.2815515655446004
MINIMUM_ERRORS = 4  # errors below which there is nothing to learn from


@dataclass(frozen=True)
class Recalibration:
    """The factor on the log spread of a forecast, and its shift in log standard deviations."""

    scale: float
    shift: float


def estimate_recalibration(errors: Reals) -> Recalibration:
    """Return the recalibration for standardised log errors, each (log actual - log median) / log SD.

    The scale is their root mean square, shrunk by six pseudo-observations of one, times t / normal quantile. The shift
    is their mean, shrunk likewise.
    """
    count = len(errors)
    scale = float(np.sqrt((PSEUDO_OBSERVATIONS + errors @ errors) / (PSEUDO_OBSERVATIONS + count)))
    return Recalibration(
        scale * float(stdtrit(PSEUDO_OBSERVATIONS + count, 0.9)) / NORMAL_P90,
        float(errors.sum()) / (PSEUDO_OBSERVATIONS + count),
    )


@dataclass(frozen=True)
class LogSeconds:
    """The logarithms of seconds per item (draws x weeks), and the median of each week."""

    logs: Reals
    medians: Reals

    @classmethod
    def from_seconds(cls, seconds: Reals) -> LogSeconds:
        """Take the logarithms and their medians."""
        logs = np.log(np.maximum(seconds, 1e-9))
        return cls(logs, compute_median(np.sort(logs.T, axis=1)))

    def truncate_weeks(self, weeks: int) -> LogSeconds:
        """Return those of fewer weeks."""
        return LogSeconds(self.logs[:, :weeks], self.medians[:weeks])


def compute_median(ordered: Reals) -> Reals:
    """Return the medians of sorted numbers along the last axis; `np.median` takes ten times as long for a few."""
    middle = ordered.shape[-1] // 2
    upper: Reals = ordered[..., middle]
    return upper if ordered.shape[-1] % 2 else (ordered[..., middle - 1] + upper) / 2


def recalibrate_seconds(seconds: Reals, errors: Reals | None, log_seconds: LogSeconds | None = None) -> Reals:
    """Return the recalibrated seconds per item (draws x weeks), unchanged where there are too few errors."""
    if errors is None or len(errors) < MINIMUM_ERRORS:
        return seconds
    recalibration = estimate_recalibration(errors)
    given = log_seconds or LogSeconds.from_seconds(seconds)
    widened = np.exp(given.medians * (1 - recalibration.scale) + recalibration.scale * given.logs)
    log_before, log_after = np.log(np.maximum(seconds.mean(axis=1), 1e-9)), np.log(widened.mean(axis=1))
    # The errors are of the mean of the weeks: widening alone would raise it, as the logarithms are symmetric.
    log_shift = (
        compute_median(np.sort(log_before))
        + recalibration.shift * log_before.std()
        - compute_median(np.sort(log_after))
    )
    recalibrated: Reals = widened * np.exp(log_shift)
    return recalibrated
