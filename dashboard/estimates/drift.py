"""Whether weekly values drift: a straight line by least squares, its interval widened where weeks resemble the last.

Weeks that resemble the one before count as fewer: as many as n (1 - r) / (1 + r), r being the correlation of the
line's residuals with those a week before, in the variance and in the degrees of freedom (Santer et al. 2000, J.
Geophys. Res. 105, 7337, equations 3 to 6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dashboard.estimates.contract import Interval

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

LEAST_WEEKS = 8
LEVEL = 0.95


def along(weeks: Reals, values: Reals) -> Interval | None:
    """Return by how much the line changes from the first to the last week, in units of `values`.

    `weeks` counts weeks and may skip some. None below LEAST_WEEKS, or where weeks resemble each other so much that
    there are hardly more than two.
    """
    import numpy as np
    from scipy import stats

    n = len(values)
    if n < LEAST_WEEKS:
        return None
    x, y = np.asarray(weeks, dtype=float), np.asarray(values, dtype=float)
    apart = x - x.mean()
    spread = float(apart @ apart)
    slope = float(apart @ y) / spread
    left = y - y.mean() - slope * apart
    size = float(left @ left)
    alike = max(float(left[1:] @ left[:-1]) / size, 0.0) if size > 0 else 0.0
    counted = n * (1 - alike) / (1 + alike)
    if counted - 2 < 1:
        return None
    error = math.sqrt(size / (counted - 2) / spread)
    reach = float(stats.t.ppf(0.5 + LEVEL / 2, counted - 2)) * error
    length = float(x.max() - x.min())
    return Interval(slope * length, (slope - reach) * length, (slope + reach) * length, LEVEL)
