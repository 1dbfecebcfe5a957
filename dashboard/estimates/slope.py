"""How fast error falls with something that is added, on logarithms, at the margin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.estimates.contract import Interval

Array = Any  # numpy is imported where it is used; an array of floats

BENDS = 0.01  # level of the test that asks whether the curve bends: then the slope is taken at its end


@dataclass(frozen=True)
class Elasticity:
    """-d log error / d log amount at the largest amount, with its standard error and degrees of freedom."""

    value: float
    error: float
    freedom: int
    bends: bool

    def interval(self, level: float) -> Interval:
        """Return the elasticity with its t interval."""
        reach = t_bound(level, self.freedom) * self.error
        return Interval(self.value, self.value - reach, self.value + reach, level)


def t_bound(level: float, freedom: float) -> float:
    """Return the two-sided bound of Student's t."""
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 2, freedom))


def elasticity(seeds: pl.DataFrame, amount: str) -> Elasticity | None:
    """Return the elasticity of error to an amount; None below three amounts.

    `seeds`: the amount (> 0) and log_error, one row a run. A straight line in logarithms; where a bend is sure, a
    parabola, whose slope counts where the amount is largest.
    """
    import numpy as np

    x, y = np.log(seeds.get_column(amount).to_numpy()), seeds.get_column("log_error").to_numpy()
    if len(np.unique(x)) < 3 or len(y) < 4:  # noqa: PLR2004 - said in the docstring; a line and a spread take four runs
        return None
    end = x - x.max()  # so that the slope at the largest amount is a coefficient of its own
    line = _least_squares(np.column_stack([np.ones_like(end), end]), y)
    if len(y) - 3 > 0:
        bent = _least_squares(np.column_stack([np.ones_like(end), end, end**2]), y)
        if abs(bent[0][2]) > t_bound(1 - BENDS, bent[2]) * bent[1][2]:
            return Elasticity(-float(bent[0][1]), float(bent[1][1]), bent[2], bends=True)
    return Elasticity(-float(line[0][1]), float(line[1][1]), line[2], bends=False)


def _least_squares(design: Array, y: Array) -> tuple[Array, Array, int]:
    """Return coefficients, their standard errors and the degrees of freedom."""
    import numpy as np

    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ y
    freedom = len(y) - design.shape[1]
    variance = float(((y - design @ beta) ** 2).sum()) / freedom
    return beta, np.sqrt(np.maximum(np.diag(inverse), 0) * variance), freedom


def pooled_freedom(first: tuple[float, int], second: tuple[float, int]) -> float:
    """Return the freedom of a sum of two estimates, each (standard error, freedom), by Welch and Satterthwaite."""
    (one, one_freedom), (other, other_freedom) = first, second
    weight = one**4 / one_freedom + other**4 / other_freedom
    return (one**2 + other**2) ** 2 / weight if weight > 0 else math.inf
