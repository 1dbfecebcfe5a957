"""When automation has paid for itself, its present value, and how deep the dip before that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashboard.inference.contract import Interval

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

WEEKS_A_MONTH = 4.345
LEVEL = 0.8  # of all intervals of a projection: P10 to P90
QUANTILES = (0.1, 0.5, 0.9)


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
class Worth:
    """Net present value at a monthly rate, P10 to P90, and the share of draws in which it is above zero."""

    value: Interval
    probability: float
    monthly_rate: float


def break_even(
    ahead: Reals, first_on: date, *, past: Sequence[tuple[date, float]] = (), setup: float = 0.0
) -> BreakEven:
    """Return when automation breaks even.

    `weekly_gains`: net gain of each coming week (draws x weeks), the first of which begins on `first_on`; `past`: week
    and its measured net gain, in order of time; `setup`: the one-time cost before the first week.
    """
    import numpy as np

    sums = np.cumsum([gain for _, gain in past]) - setup
    balance = float(sums[-1]) if len(past) else 0.0 - setup  # not -setup: nothing is 0, not -0
    paths = balance + np.cumsum(ahead, axis=1)
    weeks = ahead.shape[1]
    lowest, lowest_on = _lowest(list(sums), [week for week, _ in past], np.median(paths, axis=0), first_on, setup)
    if len(past) and balance >= 0:
        below = np.flatnonzero(sums < 0)
        since = past[int(below[-1]) + 1 if below.size else 0][0]
        return BreakEven(since, None, None, None, 1.0, balance, lowest, lowest_on, weeks)
    there = paths >= 0
    reached = there.any(axis=1)
    when = np.where(reached, there.argmax(axis=1), weeks)  # `weeks` stands for "not within the horizon"
    ends = (int(np.quantile(when, share, method="higher")) for share in QUANTILES)
    p10, p50, p90 = (_date(end, weeks, first_on) for end in ends)
    return BreakEven(None, p10, p50, p90, float(reached.mean()), balance, lowest, lowest_on, weeks)


def _date(index: int, weeks: int, first_on: date) -> date | None:
    return first_on + timedelta(weeks=index) if index < weeks else None


def _lowest(
    sums: Sequence[float], past: Sequence[date], middle: Reals, first_on: date, setup: float
) -> tuple[float, date | None]:  # fmt: skip
    """Return the lowest point of the measured and projected path, and its week (None: before the first)."""
    course = [float(value) for value in sums] + [float(value) for value in middle]
    on = [*past, *(first_on + timedelta(weeks=step) for step in range(len(middle)))]
    place = min(range(len(course)), key=course.__getitem__) if course else 0
    if not course or course[place] >= -setup:
        return 0.0 - setup, None
    return course[place], on[place]


def present_value(ahead: Reals, monthly_rate: float, *, setup: Reals | float = 0.0) -> Worth:
    """Return the present value of the coming weeks: sum of gain_w / (1 + i)^(w / 4.345) - setup, w = 1, 2, ...

    `weekly_gains` (draws x weeks) in money; `setup` still to be spent, one value or one per draw.

    Raises:
        ValueError: the rate is -100 % per month or below.
    """
    import numpy as np

    if monthly_rate <= -1:
        raise ValueError("The monthly rate must be above -100 %.")
    months = np.arange(1, ahead.shape[1] + 1) / WEEKS_A_MONTH
    values = ahead @ (1 + monthly_rate) ** -months - setup
    low, middle, high = (float(value) for value in np.quantile(values, QUANTILES))
    return Worth(Interval(middle, low, high, LEVEL), float((values > 0).mean()), monthly_rate)
