"""Intervals of shares whose parts cluster: in people, and in weeks. Student's t on the log odds.

Hours or labels of one person resemble each other, and so do those of one week: the number of people and of weeks
decides how far a share may be off, not the number of rows. Two-way clustered variance: Cameron, Gelbach and Miller
(2011), J. Business & Economic Statistics 29, 238. The log odds keep the bounds between 0 and 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

SHARE_LEVEL = 0.95
MINIMUM_PEOPLE = 3  # two people show next to nothing of how far people differ
Z = 1.959963984540054  # the normal quantile of 0.975


def estimate_two_way_bounds(parts: Reals, wholes: Reals) -> tuple[float, float]:
    """Return the 95% bounds of sum(parts) / sum(wholes); both are people x weeks, at least 2 x 2, 0 where absent.

    Degrees of freedom: the smaller of both numbers, less 1. The variance is never below that of one clustering alone:
    where people and weeks differ little, the difference of the three sums may even be negative.
    """
    share = float(parts.sum() / wholes.sum())
    residuals = parts - share * wholes
    by_person, by_week = (
        compute_cluster_variance(residuals.sum(axis=1)),
        compute_cluster_variance(residuals.sum(axis=0)),
    )
    variance = max(by_person, by_week, by_person + by_week - compute_cluster_variance(residuals[wholes != 0]))
    return build_share_bounds(share, math.sqrt(variance) / float(wholes.sum()), min(parts.shape) - 1)


def compute_cluster_variance(residual_sums: Reals) -> float:
    """Return the variance of the total of the clusters' sums of residuals, corrected for few clusters."""
    clusters = len(residual_sums)
    return float(residual_sums @ residual_sums) * clusters / (clusters - 1)


def build_share_bounds(share: float, error: float, freedom: float) -> tuple[float, float]:
    """Return the share plus and minus a t quantile times its standard error, on the log odds."""
    from scipy.special import stdtrit

    if error == 0 or not 0 < share < 1:
        return share, share
    log_odds = math.log(share / (1 - share))
    half_width = float(stdtrit(freedom, 0.5 + SHARE_LEVEL / 2)) * error / (share * (1 - share))
    low, high = (1 / (1 + math.exp(-max(bound, -700.0))) for bound in (log_odds - half_width, log_odds + half_width))
    return low, high


def estimate_clustered_bounds(parts: Reals, wholes: Reals) -> tuple[float, float] | None:
    """Return the 95% bounds of sum(parts) / sum(wholes), counts of labels by person; None below 3 people.

    Variance: as if each person were left out in turn; degrees of freedom: those of so many people with equal numbers
    of labels. Never narrower than Wilson's interval (1927, JASA 22, 209), which takes labels as independent: people
    who happen to be alike, or who have everything accepted, do not make a share certain.
    """
    import numpy as np

    people, total = len(wholes), float(wholes.sum())
    if people < MINIMUM_PEOPLE:
        return None
    share, weights = float(parts.sum()) / total, wholes / total
    influences = (parts - share * wholes) / (1 - weights)
    error = math.sqrt(float(influences @ influences) * (people - 1) / people) / total
    low, high = build_share_bounds(share, error, max(1 / float(np.square(weights).sum()) - 1, 1.0))
    center = (share + Z * Z / (2 * total)) / (1 + Z * Z / total)
    half_width = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total)) / (1 + Z * Z / total)
    return max(0.0, min(low, center - half_width)), min(1.0, max(high, center + half_width))
