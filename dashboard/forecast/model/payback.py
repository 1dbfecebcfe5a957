"""When automation has paid for itself, its present value, and how deep the dip before that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashboard.inference.contract import Interval

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

WEEKS_PER_MONTH = 4.345
INTERVAL_LEVEL = 0.8  # of all intervals of a projection: P10 to P90
PERCENTILE_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class BreakEven:
    """When the cumulative net gain of automation is no longer negative, in hours or in money.

    `measured_on` is the week (Monday) since which the measured sum has not been below zero; the projected dates are
    then None. Else `p10`, `p50` and `p90` are Mondays, None where too few draws break even within the horizon.
    `probability` is the share of draws that do, 1.0 where it is measured. `balance` is the measured sum today. `lowest`
    is the lowest point (adoption dip) in the week `lowest_on`, with projected weeks (P50 of the draws) included.
    """

    measured_on: date | None
    p10: date | None
    p50: date | None
    p90: date | None
    probability: float
    balance: float
    lowest: float
    lowest_on: date | None
    horizon: int


@dataclass(frozen=True)
class PresentValue:
    """Net present value at a monthly rate, P10 to P90, and the share of draws in which it is above zero."""

    value: Interval
    probability: float
    monthly_rate: float


def estimate_break_even(
    weekly_gains: Reals, first_on: date, *, past: Sequence[tuple[date, float]] = (), setup: float = 0.0
) -> BreakEven:
    """Return when automation breaks even.

    `weekly_gains`: net gain of each coming week (draws x weeks), the first of which begins on `first_on`; `past`: week
    and its measured net gain, in order of time; `setup`: the one-time cost before the first week.
    """
    import numpy as np

    cumulative_gains = np.cumsum([gain for _, gain in past]) - setup
    balance = float(cumulative_gains[-1]) if len(past) else 0.0 - setup  # not -setup: nothing is 0, not -0
    paths = balance + np.cumsum(weekly_gains, axis=1)
    weeks = weekly_gains.shape[1]
    lowest, lowest_on = _find_lowest_point(
        list(cumulative_gains), [week for week, _ in past], np.median(paths, axis=0), first_on, setup
    )
    if len(past) and balance >= 0:
        negative_weeks = np.flatnonzero(cumulative_gains < 0)
        recovered_on = past[int(negative_weeks[-1]) + 1 if negative_weeks.size else 0][0]
        return BreakEven(recovered_on, None, None, None, 1.0, balance, lowest, lowest_on, weeks)
    is_recovered = paths >= 0
    has_recovered = is_recovered.any(axis=1)
    recovery_weeks = np.where(
        has_recovered, is_recovered.argmax(axis=1), weeks
    )  # `weeks` stands for "not within the horizon"
    percentile_weeks = (int(np.quantile(recovery_weeks, share, method="higher")) for share in PERCENTILE_LEVELS)
    p10, p50, p90 = (_compute_week_start(week_index, weeks, first_on) for week_index in percentile_weeks)
    return BreakEven(None, p10, p50, p90, float(has_recovered.mean()), balance, lowest, lowest_on, weeks)


def _compute_week_start(index: int, weeks: int, first_on: date) -> date | None:
    return first_on + timedelta(weeks=index) if index < weeks else None


def _find_lowest_point(
    cumulative_gains: Sequence[float], past_weeks: Sequence[date], median_path: Reals, first_on: date, setup: float
) -> tuple[float, date | None]:  # fmt: skip
    """Return the lowest point of the measured and projected path, and its week (None: before the first)."""
    path = [float(value) for value in cumulative_gains] + [float(value) for value in median_path]
    week_starts = [*past_weeks, *(first_on + timedelta(weeks=step) for step in range(len(median_path)))]
    index = min(range(len(path)), key=path.__getitem__) if path else 0
    if not path or path[index] >= -setup:
        return 0.0 - setup, None
    return path[index], week_starts[index]


def estimate_present_value(weekly_gains: Reals, monthly_rate: float, *, setup: Reals | float = 0.0) -> PresentValue:
    """Return the present value of the coming weeks: sum of gain_w / (1 + i)^(w / 4.345) - setup, w = 1, 2, ...

    `weekly_gains` (draws x weeks) in money; `setup` still to be spent, one value or one per draw.

    Raises:
        ValueError: the rate is -100% per month or below.
    """
    import numpy as np

    if monthly_rate <= -1:
        raise ValueError("The monthly rate must be above -100%.")
    months = np.arange(1, weekly_gains.shape[1] + 1) / WEEKS_PER_MONTH
    values = weekly_gains @ (1 + monthly_rate) ** -months - setup
    low, median, high = (float(value) for value in np.quantile(values, PERCENTILE_LEVELS))
    return PresentValue(Interval(median, low, high, INTERVAL_LEVEL), float((values > 0).mean()), monthly_rate)
