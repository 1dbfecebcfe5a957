"""Where a straight line through the last weeks leads: least squares, with the range of a single week to come.

The range is the textbook prediction interval of simple linear regression (Draper and Smith, 1998, section 3.2): it
holds if the line goes on and the weeks scatter about it independently.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.estimates.contract import Unavailable

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

LEAST_WEEKS = 6
FURTHEST = 26  # weeks ahead: further than twice the weeks it is drawn through, a line says nothing


@dataclass(frozen=True)
class Trend:
    """The value to come and its range; `slope` a week; `error` of a single week, with `freedom` degrees of freedom."""

    p10: float
    p50: float
    p90: float
    slope: float
    error: float
    freedom: int
    weeks_used: int

    def below(self, limit: float) -> float:
        """Return the probability that the value to come is at most `limit`."""
        from scipy import stats

        if self.error == 0:
            return float(self.p50 <= limit)
        return float(stats.t.cdf((limit - self.p50) / self.error, self.freedom))


def ahead(weeks: Reals, values: Reals, at: float) -> Trend | Unavailable:
    """Return the value at week `at` by the line through `values` at `weeks` (both counted in weeks)."""
    import numpy as np
    from scipy import stats

    n = len(values)
    if n < LEAST_WEEKS:
        return Unavailable(f"It is known for {n} complete weeks only.", f"{LEAST_WEEKS - n} more complete weeks.")
    if at - float(max(weeks)) > FURTHEST:
        return Unavailable(f"The day is more than {FURTHEST} weeks ahead.", "A nearer day, or patience.")
    x, y = np.asarray(weeks, dtype=float), np.asarray(values, dtype=float)
    apart = x - x.mean()
    slope = float(apart @ y / (apart @ apart))
    middle = float(y.mean() + slope * (at - x.mean()))
    left = y - y.mean() - slope * apart
    variance = float(left @ left) / (n - 2)
    error = math.sqrt(variance * (1 + 1 / n + (at - float(x.mean())) ** 2 / float(apart @ apart)))
    reach = error * float(stats.t.ppf(0.9, n - 2))
    return Trend(middle - reach, middle, middle + reach, slope, error, n - 2, n)
