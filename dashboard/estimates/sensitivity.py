"""How strong something unseen would have to be to explain the saving away (Cinelli and Hazlett 2020)."""

from __future__ import annotations

import numpy as np

from dashboard.estimates.contract import Diagnostic
from dashboard.estimates.fits import compute_t_statistic
from dashboard.estimates.headline import ASSISTED
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Reals, Terms

PROXY = "proxy"
WEAK = 0.1
STRONG = 3.0
MOST = 100.0


def robustness(terms: Terms, log: Log, *, designed: bool) -> Diagnostic:
    """Return the robustness value: the part of what is left of both origin and time that something unseen would need.

    Benchmarked on the observed proxy: how many times as strong. Nothing to fear where a lot decided or the items are
    the same.
    """
    logs = np.log(log.seconds)
    value, cohen = robustness_value(*compute_t_statistic(terms, logs, ASSISTED))
    words = f"Something unseen would have to explain {value:.0%} of what is left of both the choice and the time"
    times = None
    if PROXY in terms.columns:
        times = cohen / bias_factor(terms, logs)
        stronger = "more than 100" if times >= MOST else f"{times:.1f}"
        words += f", {stronger} times as strong as the difficulty proxy,"
    words += " to bring the saving to nothing."
    weak = value < WEAK or (STRONG if times is None else times) < STRONG
    if times is None and not designed:
        words += " There is no difficulty proxy to compare with."
    return Diagnostic("robustness", value, words, not designed and (weak or times is None))


def robustness_value(t: float, freedom: int) -> tuple[float, float]:
    """Return the robustness value and f = |t| / sqrt(degrees of freedom): RV = (sqrt(f^4 + 4 f^2) - f^2) / 2."""
    cohen = abs(t) / float(np.sqrt(max(freedom, 1)))
    return (float(np.sqrt(cohen**4 + 4 * cohen**2)) - cohen**2) / 2, cohen


def bias_factor(terms: Terms, logs: Reals) -> float:
    """Return sqrt(R2 with time x R2 with origin / (1 - R2 with origin)) of the proxy: the bias it alone would make."""
    with_time = partial(*compute_t_statistic(terms, logs, PROXY))
    with_origin = partial(*compute_t_statistic(terms.without(ASSISTED), terms.columns[ASSISTED], PROXY))
    factor = float(np.sqrt(with_time * with_origin / max(1 - with_origin, 1e-9)))
    return max(factor, 1e-9)


def partial(t: float, freedom: int) -> float:
    """Return the partial R2 of a column from its t statistic."""
    return t**2 / (t**2 + max(freedom, 1))
