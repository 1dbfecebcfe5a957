"""Projections of the past, origin by origin, each from only what was known by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from dashboard.errors import Unavailable
from dashboard.forecast.model.plan import Plan
from dashboard.forecast.model.projected_inputs import draw_inputs
from dashboard.forecast.model.projected_weeks import SECONDS_PER_HOUR, compute_item_seconds
from dashboard.forecast.model.weekly_draws import NORMAL_P90, RandomNumbers, draw_random_numbers
from dashboard.forecast.model.weekly_series import (
    LogSeconds,
    Reals,
    WeeklyHistory,
    compute_median,
    read_history,
    recalibrate_seconds,
)

FIRST_ORIGIN = 8
BASELINE_WEEKS = 4
PERCENTILE_LEVELS = (0.1, 0.5, 0.9)


@dataclass
class RollingHistory:
    """The history, the actual seconds of its weeks, and the errors as they become known: (week known, error)."""

    history: WeeklyHistory
    days: list[date]
    actual_seconds: Reals
    items: Reals
    horizons: tuple[int, ...]
    seed: int
    errors: dict[int, list[tuple[int, float]]] = field(default_factory=dict)

    def sum_actual_seconds(self, first: int, weeks: int) -> float:
        """Return the total seconds of some weeks; nan where they are unknown or have no label."""
        span = slice(first, first + weeks)
        total = float(self.actual_seconds[span].sum())
        return total if total > 0 else float("nan")

    def find_known_errors(self, origin: int, weeks: int) -> Reals:
        """Return the errors known at an origin, of the horizon nearest to this number of weeks."""
        nearest = min(self.horizons, key=lambda horizon: (abs(horizon - weeks), horizon), default=0)
        return np.array([error for known_week, error in self.errors.get(nearest, []) if known_week <= origin])


def roll_origins(
    weeks: pl.DataFrame, horizons: tuple[int, ...], end_on: date | None, *, seed: int, draws: int
) -> Iterator[tuple[object, ...]]:
    """Yield rows of ORIGIN_COLUMNS, as `run_backtest` describes."""
    history = read_history(weeks)
    actual_seconds = compute_weekly_seconds(history)
    rolling = RollingHistory(
        history, sorted(weeks.get_column("week_on")), actual_seconds, history.columns["items"], horizons, seed
    )
    end_week = None if end_on is None else sum(day <= end_on for day in rolling.days)
    longest = max((*horizons, (end_week or 0) - FIRST_ORIGIN, 1))
    random_numbers = draw_random_numbers(seed, draws, min(longest, max(history.weeks - FIRST_ORIGIN, 1)))
    for origin in range(FIRST_ORIGIN, history.weeks):
        spans = [(horizon, horizon) for horizon in horizons if origin + horizon <= history.weeks]
        if end_week is not None and end_week > origin:
            spans.append((0, end_week - origin))
        yield from forecast_origin(rolling, origin, spans, random_numbers)


def compute_weekly_seconds(history: WeeklyHistory) -> Reals:
    """Return the human seconds of each week, untimed labels counted at the mean of their arm; nan if unknown."""
    columns = history.columns
    arms = (
        (columns["items"] - columns["offered"], *history.sum_unassisted()),
        (columns["offered"], columns["assisted_seconds"], columns["assisted_timed"]),
    )
    total = np.zeros(history.weeks)
    with np.errstate(divide="ignore", invalid="ignore"):
        for count, seconds, timed_count in arms:
            total = total + np.where(count > 0, np.where(timed_count > 0, count * seconds / timed_count, np.nan), 0.0)
        rework = np.where(columns["rework_timed"] > 0, columns["rework_seconds"] / columns["rework_timed"], 0.0)
    weekly_total: Reals = total + columns["offered"] * rework
    return weekly_total


def forecast_origin(
    rolling: RollingHistory, origin: int, spans: list[tuple[int, int]], random_numbers: RandomNumbers
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one origin, one per span (horizon, weeks; horizon 0: to the end)."""
    spans = [(horizon, weeks) for horizon, weeks in spans if np.isfinite(rolling.sum_actual_seconds(origin, weeks))]
    if not spans:
        return
    longest = max(weeks for _, weeks in spans)
    history = rolling.history.truncate(origin)
    inputs = draw_inputs(
        history, Plan(weeks=longest), None, seed=rolling.seed, luck=random_numbers.truncate_weeks(longest)
    )
    if isinstance(inputs, Unavailable):
        return
    draws = compute_item_seconds(inputs)
    log_seconds = LogSeconds.from_seconds(draws)
    baselines = compute_baselines(history, rolling.actual_seconds[:origin])
    for horizon, weeks in spans:
        forecast = OriginForecast(draws[:, :weeks], log_seconds.truncate_weeks(weeks), baselines)
        yield build_origin_row(rolling, origin, horizon, forecast)


@dataclass(frozen=True)
class Baselines:
    """Seconds per item of plain forecasts: at the rate of the last four weeks, and at no change with its variance.

    The variance is that of one item.
    """

    last_four: float
    no_change: float
    variance: float

    def find_bounds(self, count: float) -> tuple[float, float, float]:
        """Return P10, P50 and P90 of no change for the mean of so many items."""
        half_width = NORMAL_P90 * float(np.sqrt(self.variance / count))
        return self.no_change - half_width, self.no_change, self.no_change + half_width


@dataclass(frozen=True)
class OriginForecast:
    """What is forecast at an origin: draws of seconds per item (draws x weeks), their logarithms, and the baselines."""

    draws: Reals
    log_seconds: LogSeconds
    baselines: Baselines


def build_origin_row(
    rolling: RollingHistory, origin: int, horizon: int, forecast: OriginForecast
) -> tuple[object, ...]:
    """Return a row of ORIGIN_COLUMNS, and record the error of the forecast."""
    draws = forecast.draws
    weeks = draws.shape[1]
    known_errors = rolling.find_known_errors(origin, weeks)
    recalibrated = recalibrate_seconds(draws, known_errors, forecast.log_seconds)
    percentiles = compute_quantiles(recalibrated.mean(axis=1), PERCENTILE_LEVELS)
    count = float(rolling.items[origin : origin + weeks].sum())
    actual = rolling.sum_actual_seconds(origin, weeks)
    error = standardize_error(draws, actual / count)
    if horizon:
        rolling.errors.setdefault(horizon, []).append((origin + weeks, error))
    hours, actual_hours = count / SECONDS_PER_HOUR, actual / SECONDS_PER_HOUR
    is_covered = bool(percentiles[0] <= actual / count <= percentiles[2])
    no_change = forecast.baselines.find_bounds(count)
    return (
        *(rolling.days[origin], horizon or None, weeks, rolling.days[origin + weeks - 1], int(count)),
        *percentiles,
        *(value * hours for value in percentiles),
        *(actual_hours, is_covered, recalibrated is not draws, error),
        *(value * hours for value in (forecast.baselines.last_four, *no_change)),
    )


def compute_quantiles(values: Reals, levels: Sequence[float]) -> list[float]:
    """Return quantiles between the nearest two values, as `np.quantile` does, but quicker for a few thousand values."""
    ordered, quantiles = np.sort(values), []
    for level in levels:
        position = level * (len(ordered) - 1)
        below = int(position)
        above = min(below + 1, len(ordered) - 1)
        quantiles.append(float(ordered[below] + (ordered[above] - ordered[below]) * (position - below)))
    return quantiles


def standardize_error(draws: Reals, actual: float) -> float:
    """Return (log actual - log median) / log SD of the means of the draws over the weeks."""
    log_means = np.log(draws.mean(axis=1))
    return float((np.log(actual) - compute_median(np.sort(log_means))) / max(log_means.std(), 1e-9))


def compute_baselines(history: WeeklyHistory, actual_seconds: Reals) -> Baselines:
    """Return the baselines of a history: the last four weeks with labels, and the means of the whole history.

    No change takes these means as certain: only which of the coming items are by hand, kept or corrected is random.
    """
    columns = history.columns
    is_usable = np.isfinite(actual_seconds) & (columns["items"] > 0)
    last_weeks = np.flatnonzero(is_usable)[-BASELINE_WEEKS:]
    rate = (
        float(actual_seconds[last_weeks].sum() / columns["items"][last_weeks].sum())
        if last_weeks.size
        else float("nan")
    )
    kind_seconds, kind_shares = compute_kind_means(history)
    mean = float(kind_shares @ kind_seconds)
    return Baselines(rate, mean, float(np.maximum(kind_shares @ kind_seconds**2 - mean**2, 0.0)))


def compute_kind_means(history: WeeklyHistory) -> tuple[Reals, Reals]:
    """Return the mean seconds and the shares of unassisted, kept and corrected (or all assisted) labels."""
    columns = history.columns
    total, offered = columns["items"].sum(), columns["offered"].sum()
    known_outcomes = history.count_parts("acceptance")[1].sum()
    rework = compute_mean_seconds(columns["rework_seconds"], columns["rework_timed"])
    parts = [((total - offered) / total, compute_mean_seconds(*history.sum_unassisted()))]
    if known_outcomes and columns["verify_timed"].any() and columns["correct_timed"].any():
        kept_share = columns["unchanged"].sum() / known_outcomes
        parts.append(
            (offered / total * kept_share, rework + compute_mean_seconds(*history.sum_series("verify_seconds")))
        )
        parts.append(
            (offered / total * (1 - kept_share), rework + compute_mean_seconds(*history.sum_series("correct_seconds")))
        )
    else:
        parts.append((offered / total, rework + compute_mean_seconds(*history.sum_series("assisted_seconds"))))
    kind_shares, kind_seconds = np.array(parts).T
    return kind_seconds, kind_shares


def compute_mean_seconds(seconds: Reals, timed: Reals) -> float:
    """Return the mean seconds per timed label over all weeks, 0 where nothing is timed."""
    return float(seconds.sum() / timed.sum()) if timed.any() else 0.0
