"""Tango's score limit for the difference of two shares measured on the same items."""

from __future__ import annotations

import math


def limits(gained: int, lost: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the one-sided lower and upper limit, each at `level`, of (gained - lost) / n.

    `gained`: pairs of which only the second is right; `lost`: only the first. Keeps its level where Wald's interval
    does not, at small n and few discordant pairs (Tango 1998, Statistics in Medicine 17, 891-908).
    """
    from scipy.special import ndtri

    z = float(ndtri(level))
    return _limit(gained, lost, n, z), -_limit(lost, gained, n, z)


def _limit(gained: int, lost: int, n: int, z: float) -> float:
    """Return the difference below the estimate at which the score statistic equals z."""
    from scipy.optimize import brentq

    estimate = (gained - lost) / n
    if lost == n:
        return -1.0
    return float(brentq(lambda at: _score(at, gained, lost, n) - z, -1 + 1e-12, estimate, xtol=1e-12))


def _score(at: float, gained: int, lost: int, n: int) -> float:
    """Return the score statistic for a true difference of `at`, with the nuisance share at its restricted maximum."""
    b = (2 * n - gained + lost) * at - gained - lost
    restricted = (math.sqrt(max(0.0, b * b + 8 * n * lost * at * (1 - at))) - b) / (4 * n)
    variance = n * (2 * restricted + at * (1 - at))
    distance = gained - lost - n * at
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance) if distance else 0.0
