"""Where one number would promise too much: bounds instead, and what something unseen could have done.

Nobody knows how difficult an item is beyond what the log says of it. The log's own measure of difficulty is the
yardstick: the interval is shown beside the one that would hold if something unseen were as strong as that measure
(Cinelli and Hazlett 2020), or as many times as strong as it takes for both to explain most of the time: a weak measure
says little of how items were chosen. Without any such measure there are only bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import compute_coefficient, compute_saved_share
from dashboard.inference.contract import Bounds, Interval, UnseenDifficulty
from dashboard.inference.design_matrix import Terms
from dashboard.savings.model.labels import HEADLINE_RULE, UNEVEN_LIMIT, LabelLog
from dashboard.units import format_share

ASSISTED, PROXY = "assisted", "proxy"
MINIMUM_PROXY_R2 = 0.01  # what explains less of the time says nothing of difficulty
MINIMUM_KNOWN = 0.5
USUAL_R2 = 0.25  # of choice and time, for a difficulty that the log does not measure at all
DIFFICULTY_R2 = 0.5  # of the time by one person: what difficulty may explain, whether the log measures it or not
MAXIMUM_R2 = 0.95
PROXY_NEEDED = (
    "Log something that grows with the difficulty of an item (its length, its number of objects, a score), or leave a "
    "random tenth of the eligible items to people (a manual hold-out)."
)


@dataclass(frozen=True)
class UnseenFactor:
    """How far something unseen would move the log ratio, and by what factor its error would change."""

    bias: float
    widening: float

    def widen(self, log_ratio: Interval) -> Interval:
        """Return the log ratio with the bounds that hold whichever way the unseen factor works."""
        below, above = (
            max(self.widening, 1.0) * half + self.bias
            for half in (log_ratio.value - log_ratio.low, log_ratio.high - log_ratio.value)
        )
        return Interval(log_ratio.value, log_ratio.value - below, log_ratio.value + above, log_ratio.level)


def has_difficulty_proxy(terms: Terms, log: LabelLog) -> bool:
    """Return whether the log measures difficulty: for most labels, and so that it explains some of the time."""
    if PROXY not in terms.columns or float((~log.proxy_unknown).mean()) < MINIMUM_KNOWN:
        return False
    return compute_coefficient(terms, np.log(log.seconds), PROXY).partial_r2 >= MINIMUM_PROXY_R2


def compute_unseen_factor(terms: Terms, log: LabelLog) -> UnseenFactor:
    """Return what difficulty beyond the proxy would do, or one of the usual strength without a proxy."""
    log_seconds = np.log(log.seconds)
    with_origin = with_time = USUAL_R2
    if has_difficulty_proxy(terms, log):
        time_r2 = compute_coefficient(terms, log_seconds, PROXY).partial_r2
        origin_r2 = compute_coefficient(terms.drop_columns(ASSISTED), terms.columns[ASSISTED], PROXY).partial_r2
        with_origin, with_time = transfer_strength(origin_r2, time_r2, max(1.0, DIFFICULTY_R2 / time_r2 - 1))
    error = compute_coefficient(terms, log_seconds, ASSISTED)
    bias = float(np.sqrt(with_time * with_origin / (1 - with_origin)) * error.standard_error * np.sqrt(error.freedom))
    return UnseenFactor(bias, float(np.sqrt((1 - with_time) / (1 - with_origin))))


def transfer_strength(origin_r2: float, time_r2: float, times: float = 1.0) -> tuple[float, float]:
    """Return the partial R2 with origin and time of a factor that is `times` as strong as a covariate with these."""
    with_origin = min(times * origin_r2 / max(1 - origin_r2, 1e-9), MAXIMUM_R2)
    shared = min(times * origin_r2**2 / max((1 - times * origin_r2) * (1 - origin_r2), 1e-9), MAXIMUM_R2)
    with_time = (np.sqrt(times) + np.sqrt(shared)) ** 2 / (1 - shared) * time_r2 / max(1 - time_r2, 1e-9)
    return with_origin, min(float(with_time), MAXIMUM_R2)


def estimate_unseen_difficulty(
    terms: Terms, log: LabelLog, log_ratio: Interval, *, is_choice: bool
) -> UnseenDifficulty:
    """Return the interval that holds if something unseen were as strong as the proxy, and the points at stake."""
    factor = compute_unseen_factor(terms, log)
    share = compute_saved_share(factor.widen(log_ratio))
    shift = Interval(log_ratio.value, log_ratio.value - factor.bias, log_ratio.value + factor.bias, log_ratio.level)
    moved = compute_saved_share(shift)
    return UnseenDifficulty(share, moved.value - moved.low, moved.high - moved.value, is_choice)


def bound_without_proxy(unseen: UnseenDifficulty) -> Bounds:
    """Return the bounds where nothing in the log measures difficulty."""
    reason = (
        "Nothing in the log says how difficult an item is, so the assisted ones may have been easier or harder: the "
        "bounds allow for a difficulty that explains a quarter of both the choice and the time."
    )
    return Bounds(unseen.share.low, unseen.share.high, reason, PROXY_NEEDED)


def bound_uneven_idle_time(dropped: pl.DataFrame, curve: pl.DataFrame, specification: str) -> Bounds | None:
    """Return the bounds of both readings of long times, if the answer depends on what was dropped as idle.

    It does where one arm lost more labels and the answers with and without them lie further apart than the interval.
    """
    manual_share, assisted_share = dropped["share"].to_list()
    rows = curve.filter(pl.col("specification") == specification).drop_nulls()
    readings = {str(row["idle_rule"]): row for row in rows.iter_rows(named=True)}
    if abs(assisted_share - manual_share) <= UNEVEN_LIMIT or not {"none", HEADLINE_RULE} <= readings.keys():
        return None
    with_all, without_idle = readings["none"], readings[HEADLINE_RULE]
    if abs(with_all["share"] - without_idle["share"]) <= without_idle["high"] - without_idle["low"]:
        return None
    reason = (
        f"Very long times decide the answer: {format_share(manual_share, 1)} of the labels by hand and "
        f"{format_share(assisted_share, 1)} of the "
        "assisted ones look idle, and nobody knows whether these times were work."
    )
    low, high = min(with_all["low"], without_idle["low"]), max(with_all["high"], without_idle["high"])
    return Bounds(low, high, reason, "Use a labeling tool that logs active time, or stops the clock when nobody works.")
