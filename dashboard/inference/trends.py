"""Whether weekly values drift, and where their straight line leads: least squares, each with its interval.

The interval of the drift is widened for autocorrelation: n autocorrelated weeks count as n (1 - r) / (1 + r) in the
variance and in the degrees of freedom, r being the lag-one autocorrelation of the residuals (Santer et al. 2000, J.
Geophys. Res. 105, 7337, equations 3 to 6). A line through few weeks hides autocorrelation, so r is corrected to
(n r + 2) / (n - 4): without it, AR(1) weeks of .7 gave three times as many false alarms.

The range of a single coming week is the textbook prediction interval of simple linear regression (Draper and Smith,
1998, section 3.2): it holds if the line goes on and the weeks scatter about it independently.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals


MINIMUM_DRIFT_WEEKS = 8
DRIFT_LEVEL = 0.95
ROUNDING = 1e-20  # squares below this part of the values' own are rounding errors


def estimate_drift(weeks: Reals, values: Reals) -> Interval | None:
    """Return how much the line changes from the first to the last week, in units of `values`.

    `weeks` numbers the weeks and may skip some. None for too few weeks, or where autocorrelation leaves fewer than
    three effective weeks.
    """
    import numpy as np
    from scipy.special import stdtrit

    n = len(values)
    if n < MINIMUM_DRIFT_WEEKS:
        return None
    x, y = np.asarray(weeks, dtype=float), np.asarray(values, dtype=float)
    deviations = x - x.mean()
    weeks_squares = float(deviations @ deviations)
    slope = float(deviations @ y) / weeks_squares
    residuals = y - y.mean() - slope * deviations
    residual_squares = float(residuals @ residuals)
    autocorrelation = 0.0
    if residual_squares > ROUNDING * float(y @ y):
        lag_products = float(residuals[1:] @ residuals[:-1]) / residual_squares
        autocorrelation = min(max((n * lag_products + 2) / (n - 4), 0.0), 1.0)
    effective_weeks = n * (1 - autocorrelation) / (1 + autocorrelation)
    if effective_weeks - 2 < 1:
        return None
    error = math.sqrt(residual_squares / (effective_weeks - 2) / weeks_squares)
    half_width = float(stdtrit(effective_weeks - 2, 0.5 + DRIFT_LEVEL / 2)) * error
    week_span = float(x.max() - x.min())
    return Interval(slope * week_span, (slope - half_width) * week_span, (slope + half_width) * week_span, DRIFT_LEVEL)


MINIMUM_WEEKS = 6
MAXIMUM_WEEKS_AHEAD = 26  # weeks ahead: beyond twice the weeks it is fitted to, a line says nothing


@dataclass(frozen=True)
class TrendForecast:
    """The forecast value and its range; `slope` per week; `error` of a single week, with its degrees of `freedom`."""

    p10: float
    p50: float
    p90: float
    slope: float
    error: float
    freedom: int
    weeks_used: int

    def compute_probability_below(self, limit: float) -> float:
        """Return the probability that the coming value is at most `limit`."""
        from scipy.special import stdtr

        if self.error == 0:
            return float(self.p50 <= limit)
        return float(stdtr(self.freedom, (limit - self.p50) / self.error))


def forecast_trend(weeks: Reals, values: Reals, target_week: float) -> TrendForecast | Unavailable:
    """Return the value at week `target_week` on the line through `values` at `weeks` (both counted in weeks)."""
    import numpy as np
    from scipy.special import stdtrit

    n = len(values)
    if n < MINIMUM_WEEKS:
        return Unavailable(
            f"It is known for {n} complete weeks only.",
            f"{MINIMUM_WEEKS - n} more complete weeks.",
            Cause.too_little_data,
        )
    if target_week - float(max(weeks)) > MAXIMUM_WEEKS_AHEAD:
        return Unavailable(
            f"The day is more than {MAXIMUM_WEEKS_AHEAD} weeks ahead.", "A nearer day.", Cause.out_of_reach
        )
    x, y = np.asarray(weeks, dtype=float), np.asarray(values, dtype=float)
    deviations = x - x.mean()
    slope = float(deviations @ y / (deviations @ deviations))
    center = float(y.mean() + slope * (target_week - x.mean()))
    residuals = y - y.mean() - slope * deviations
    variance = float(residuals @ residuals) / (n - 2)
    error = math.sqrt(variance * (1 + 1 / n + (target_week - float(x.mean())) ** 2 / float(deviations @ deviations)))
    half_width = error * float(stdtrit(n - 2, 0.9))
    return TrendForecast(center - half_width, center, center + half_width, slope, error, n - 2, n)
