"""Projections of the past, origin by origin, each from only what was known by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from dashboard.errors import Unavailable
from dashboard.forecast.model.plan import Plan
from dashboard.forecast.model.projected_inputs import gather
from dashboard.forecast.model.projected_weeks import HOUR, seconds
from dashboard.forecast.model.weekly_draws import BOUND, Luck, luck
from dashboard.forecast.model.weekly_series import History, Reals, read, recalibrated

FIRST_ORIGIN = 8
LAST_FOUR = 4
QUANTILES = (0.1, 0.5, 0.9)


@dataclass
class Roll:
    """The history, the actual seconds of its weeks, and the errors as they become known: (week known, error)."""

    history: History
    days: list[date]
    took: Reals
    items: Reals
    horizons: tuple[int, ...]
    seed: int
    errors: dict[int, list[tuple[int, float]]] = field(default_factory=dict)

    def actual(self, first: int, weeks: int) -> float:
        """Return the total seconds of some weeks; nan where they are unknown or have no label."""
        span = slice(first, first + weeks)
        total = float(self.took[span].sum())
        return total if total > 0 else float("nan")

    def known(self, origin: int, weeks: int) -> Reals:
        """Return the errors known at an origin, of the horizon nearest to this number of weeks."""
        nearest = min(self.horizons, key=lambda horizon: (abs(horizon - weeks), horizon), default=0)
        return np.array([error for by, error in self.errors.get(nearest, []) if by <= origin])


def origins(
    weeks: pl.DataFrame, horizons: tuple[int, ...], end_on: date | None, *, seed: int, draws: int
) -> Iterator[tuple[object, ...]]:
    """Yield rows of ORIGIN_COLUMNS, as `run_backtest` describes."""
    history = read(weeks)
    took = weekly_seconds(history)
    found = Roll(history, sorted(weeks.get_column("week_on")), took, history.columns["items"], horizons, seed)
    end = None if end_on is None else sum(day <= end_on for day in found.days)
    ahead = max((*horizons, (end or 0) - FIRST_ORIGIN, 1))
    numbers = luck(seed, draws, min(ahead, max(history.weeks - FIRST_ORIGIN, 1)))
    for origin in range(FIRST_ORIGIN, history.weeks):
        spans = [(horizon, horizon) for horizon in horizons if origin + horizon <= history.weeks]
        if end is not None and end > origin:
            spans.append((0, end - origin))
        yield from at_origin(found, origin, spans, numbers)


def weekly_seconds(history: History) -> Reals:
    """Return the human seconds of each week, untimed labels counted at the mean of their arm; nan if unknown."""
    column = history.columns
    arms = (
        (column["items"] - column["offered"], *history.other()),
        (column["offered"], column["assisted_seconds"], column["assisted_timed"]),
    )
    total = np.zeros(history.weeks)
    with np.errstate(divide="ignore", invalid="ignore"):
        for count, spent, timed in arms:
            total = total + np.where(count > 0, np.where(timed > 0, count * spent / timed, np.nan), 0.0)
        rework = np.where(column["rework_timed"] > 0, column["rework_seconds"] / column["rework_timed"], 0.0)
    whole: Reals = total + column["offered"] * rework
    return whole


def at_origin(found: Roll, origin: int, spans: list[tuple[int, int]], numbers: Luck) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one origin, one per span (horizon, weeks; horizon 0: to the end)."""
    spans = [(horizon, weeks) for horizon, weeks in spans if np.isfinite(found.actual(origin, weeks))]
    if not spans:
        return
    longest = max(weeks for _, weeks in spans)
    before = found.history.before(origin)
    gathered = gather(before, Plan(weeks=longest), None, seed=found.seed, luck=numbers.cut(longest))
    if isinstance(gathered, Unavailable):
        return
    drawn = seconds(gathered)
    for horizon, weeks in spans:
        yield row(found, origin, horizon, drawn[:, :weeks])


def row(found: Roll, origin: int, horizon: int, drawn: Reals) -> tuple[object, ...]:
    """Return a row of ORIGIN_COLUMNS from the draws of seconds per item (draws x weeks), and record its error."""
    weeks = drawn.shape[1]
    known = found.known(origin, weeks)
    fresh = recalibrated(drawn, known)
    said = np.quantile(fresh.mean(axis=1), QUANTILES)
    count = float(found.items[origin : origin + weeks].sum())
    actual = found.actual(origin, weeks)
    error = standardised(drawn, actual / count)
    if horizon:
        found.errors.setdefault(horizon, []).append((origin + weeks, error))
    hours, actual_hours = count / HOUR, actual / HOUR
    inside = bool(said[0] <= actual / count <= said[2])
    last_four, no_change = baselines(found.history.before(origin), found.took[:origin], count)
    return (
        *(found.days[origin], horizon or None, weeks, found.days[origin + weeks - 1], int(count)),
        *map(float, said),
        *(float(one) * hours for one in said),
        *(actual_hours, inside, fresh is not drawn, error),
        *(one * hours for one in (last_four, *no_change)),
    )


def standardised(drawn: Reals, actual: float) -> float:
    """Return (log actual - log median) / log SD of the means of the draws over the weeks."""
    logs = np.log(drawn.mean(axis=1))
    return float((np.log(actual) - np.median(logs)) / max(logs.std(), 1e-9))


def baselines(before: History, took: Reals, count: float) -> tuple[float, tuple[float, float, float]]:
    """Return seconds per item at the rate of the last four weeks with labels, and P10, P50, P90 of no change.

    No change takes the means of the whole history as certain: only which of the coming items are by hand, kept or
    corrected is random.
    """
    column = before.columns
    usable = np.isfinite(took) & (column["items"] > 0)
    last = np.flatnonzero(usable)[-LAST_FOUR:]
    rate = float(took[last].sum() / column["items"][last].sum()) if last.size else float("nan")
    size, share = kinds(before)
    mean = float(share @ size)
    half = BOUND * float(np.sqrt(np.maximum(share @ size**2 - mean**2, 0.0) / count))
    return rate, (mean - half, mean, mean + half)


def kinds(before: History) -> tuple[Reals, Reals]:
    """Return the mean seconds and the shares of unassisted, kept and corrected (or all assisted) labels."""
    column = before.columns
    total, offered = column["items"].sum(), column["offered"].sum()
    judged = before.parts("acceptance")[1].sum()
    rework = mean_of(column["rework_seconds"], column["rework_timed"])
    parts = [((total - offered) / total, mean_of(*before.other()))]
    if judged and column["verify_timed"].any() and column["correct_timed"].any():
        kept = column["unchanged"].sum() / judged
        parts.append((offered / total * kept, rework + mean_of(*before.sums("verify_seconds"))))
        parts.append((offered / total * (1 - kept), rework + mean_of(*before.sums("correct_seconds"))))
    else:
        parts.append((offered / total, rework + mean_of(*before.sums("assisted_seconds"))))
    share, size = np.array(parts).T
    return size, share


def mean_of(spent: Reals, timed: Reals) -> float:
    """Return the mean seconds per timed label over all weeks, 0 where nothing is timed."""
    return float(spent.sum() / timed.sum()) if timed.any() else 0.0
