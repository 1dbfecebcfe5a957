"""Whether weekly values drift: a straight line by least squares, with an interval widened for autocorrelation.

n autocorrelated weeks count as n (1 - r) / (1 + r) in the variance and in the degrees of freedom, r being the lag-one
autocorrelation of the residuals (Santer et al. 2000, J. Geophys. Res. 105, 7337, equations 3 to 6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dashboard.estimates.contract import Interval

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

MINIMUM_DRIFT_WEEKS = 8
DRIFT_LEVEL = 0.95


def estimate_drift(weeks: Reals, values: Reals) -> Interval | None:
    """Return how much the line changes from the first to the last week, in units of `values`.

    `weeks` numbers the weeks and may skip some. None for too few weeks, or where autocorrelation leaves fewer than
    three effective weeks.
    """
    import numpy as np
    from scipy import stats

    n = len(values)
    if n < MINIMUM_DRIFT_WEEKS:
        return None
    x, y = np.asarray(weeks, dtype=float), np.asarray(values, dtype=float)
    deviations = x - x.mean()
    weeks_squares = float(deviations @ deviations)
    slope = float(deviations @ y) / weeks_squares
    residuals = y - y.mean() - slope * deviations
    residual_squares = float(residuals @ residuals)
    autocorrelation = (
        max(float(residuals[1:] @ residuals[:-1]) / residual_squares, 0.0) if residual_squares > 0 else 0.0
    )
    effective_weeks = n * (1 - autocorrelation) / (1 + autocorrelation)
    if effective_weeks - 2 < 1:
        return None
    error = math.sqrt(residual_squares / (effective_weeks - 2) / weeks_squares)
    half_width = float(stats.t.ppf(0.5 + DRIFT_LEVEL / 2, effective_weeks - 2)) * error
    week_span = float(x.max() - x.min())
    return Interval(slope * week_span, (slope - half_width) * week_span, (slope + half_width) * week_span, DRIFT_LEVEL)
