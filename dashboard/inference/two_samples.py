"""Tests of two samples: their counts by class, and their means.

They are SciPy's `chi2_contingency` without correction and `ttest_ind` with unequal variances, from the functions of
`scipy.special` alone: loading `scipy.stats` takes longer than the estimates of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's chi-square with its degrees of freedom and p value."""

    statistic: float
    freedom: int
    chance: float


def compare_counts(table: Reals) -> ChiSquare:
    """Return whether the columns of a table of counts, without empty rows or columns, have one distribution."""
    from scipy.special import chdtrc

    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    return ChiSquare(statistic, freedom, float(chdtrc(freedom, statistic)))


def compare_means(first: Reals, second: Reals) -> float:
    """Return the two-sided p value that both have one mean (Welch 1947, Biometrika 34, 28)."""
    from scipy.special import stdtr

    parts = [float(values.var(ddof=1)) / values.size for values in (first, second)]
    freedom = sum(parts) ** 2 / sum(
        part**2 / (values.size - 1) for part, values in zip(parts, (first, second), strict=True)
    )
    distance = abs(float(first.mean()) - float(second.mean())) / sum(parts) ** 0.5
    return float(2 * stdtr(freedom, -distance))
