"""The explainable ratios: raw means, and means compared within strata of kind and difficulty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.estimates.contract import Interval
from dashboard.estimates.fits import build_interval, compute_saved_share
from dashboard.estimates.labels import Log, dense
from dashboard.estimates.terms import Codes, Reals, summed

DRAWS = 400
SEED = 20260101
FIFTHS = 5


@dataclass(frozen=True)
class Sums:
    """Counts and seconds of each annotator (row) in each stratum (column), assisted and manual."""

    assisted: Reals
    assisted_seconds: Reals
    manual: Reals
    manual_seconds: Reals


def raw(log: Log, level: float) -> Interval:
    """Return 1 - mean assisted seconds / mean manual seconds: what a division of averages would claim."""
    return compared(sums(log, np.zeros(log.rows, dtype=np.int64)), level)


def stratified(log: Log, level: float) -> Interval:
    """Return the saving within kind x fifth of difficulty, weighted by the assisted mix; one-armed strata drop out."""
    return compared(sums(log, strata(log)), level)


def strata(log: Log) -> Codes:
    """Return the stratum of each label: kind x fifth of the proxy, with an own stratum for unknown difficulty."""
    known = log.proxy_unknown == 0
    if not known.any() or np.ptp(log.proxy[known]) == 0:
        return dense(log.kind)
    edges = np.quantile(log.proxy[known], np.arange(1, FIFTHS) / FIFTHS)
    fifth = np.where(known, np.searchsorted(edges, log.proxy), FIFTHS)
    return dense(log.kind * (FIFTHS + 1) + fifth)


def sums(log: Log, stratum: Codes) -> Sums:
    """Return counts and seconds by annotator and stratum."""
    people, cells = log.clusters(), int(stratum.max(initial=0)) + 1
    count = int(people.max(initial=-1)) + 1
    place = people * cells + stratum

    def table(weights: Reals) -> Reals:
        return summed(place, weights, count * cells).reshape(count, cells)

    helped, manual = log.assisted.astype(np.float64), (~log.assisted).astype(np.float64)
    return Sums(table(helped), table(helped * log.seconds), table(manual), table(manual * log.seconds))


def compared(by: Sums, level: float) -> Interval:
    """Return the standardised saving; its interval takes the spread of a bootstrap over annotators, on the log scale.

    With t(annotators - 1): percentiles of few clusters are too narrow.
    """
    people = len(by.assisted)
    if people < 2:  # noqa: PLR2004  one person has no spread
        value = float(1 - np.exp(log_ratios(by, np.ones((1, people)))[0]))
        return Interval(value, float("nan"), float("nan"), level)
    drawn = np.random.default_rng(SEED).multinomial(people, np.full(people, 1 / people), DRAWS)
    spread = log_ratios(by, drawn.astype(np.float64))
    value = float(log_ratios(by, np.ones((1, people)))[0])
    usable = spread[np.isfinite(spread)]
    error = float(usable.std(ddof=1)) if len(usable) > DRAWS // 2 else float("nan")
    return compute_saved_share(build_interval(value, error, people - 1, level))


def log_ratios(by: Sums, weights: Reals) -> Reals:
    """Return log(assisted seconds / what they would be at the manual mean of their stratum), a row of weights each."""
    helped, helped_seconds = weights @ by.assisted, weights @ by.assisted_seconds
    manual, manual_seconds = weights @ by.manual, weights @ by.manual_seconds
    both = (helped > 0) & (manual > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(both, helped * manual_seconds / manual, 0.0).sum(axis=1)
        ratios: Reals = np.log(np.where(both, helped_seconds, 0.0).sum(axis=1) / expected)
    return ratios
