"""Ratios that are easy to explain: of raw means, and of means within strata of kind and difficulty.

The same log under other specifications and idle rules: whether the answer depends on a choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import build_interval, compute_saved_share, fit_poisson, fit_typical
from dashboard.inference.contract import SPECIFICATION_COLUMNS, Interval
from dashboard.inference.design_matrix import Codes, Reals, Terms, summed
from dashboard.savings.model import labels
from dashboard.savings.model.evidence import Comparison
from dashboard.savings.model.headline import headline, informative, ratio
from dashboard.savings.model.labels import RULES, Log, dense, kept

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
    """Return 1 - mean assisted seconds / mean manual seconds, as a division of averages would claim."""
    return compared(sums(log, np.zeros(log.rows, dtype=np.int64)), level)


def stratified(log: Log, level: float) -> Interval:
    """Return the saving within kind x fifth of difficulty, weighted by assisted labels; one-armed strata drop out."""
    return compared(sums(log, strata(log)), level)


def strata(log: Log) -> Codes:
    """Return the stratum of each label: kind x fifth of the proxy, or kind x unknown difficulty."""
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
    """Return the standardised saving; the standard error is from a bootstrap over annotators, on the log scale.

    The interval uses t(annotators - 1), because bootstrap percentiles are too narrow for few clusters.
    """
    people = len(by.assisted)
    if people < 2:  # noqa: PLR2004
        value = float(1 - np.exp(log_ratios(by, np.ones((1, people)))[0]))
        return Interval(value, float("nan"), float("nan"), level)
    drawn = np.random.default_rng(SEED).multinomial(people, np.full(people, 1 / people), DRAWS)
    spread = log_ratios(by, drawn.astype(np.float64))
    value = float(log_ratios(by, np.ones((1, people)))[0])
    usable = spread[np.isfinite(spread)]
    error = float(usable.std(ddof=1)) if len(usable) > DRAWS // 2 else float("nan")
    return compute_saved_share(build_interval(value, error, people - 1, level))


def log_ratios(by: Sums, weights: Reals) -> Reals:
    """Return log(assisted seconds / seconds at the manual mean of the stratum), one for each row of weights."""
    helped, helped_seconds = weights @ by.assisted, weights @ by.assisted_seconds
    manual, manual_seconds = weights @ by.manual, weights @ by.manual_seconds
    both = (helped > 0) & (manual > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(both, helped * manual_seconds / manual, 0.0).sum(axis=1)
        ratios: Reals = np.log(np.where(both, helped_seconds, 0.0).sum(axis=1) / expected)
    return ratios


RAW = "raw ratio"
STRATIFIED = "stratified"
TYPICAL = "typical item"
HOURS = "total hours"
DESIGNED = {
    "holdout": "total hours, hold-out",
    "same items": "total hours, same items",
    "one date": "total hours, time line",
}


def strip(log: Log, residuals: Reals, comparison: Comparison, *, weeks: bool, level: float) -> pl.DataFrame:
    """Return the share saved under each specification and idle rule, with its interval."""
    rows: list[tuple[str, str, float, float, float]] = []
    for rule in RULES:
        used = kept(residuals, rule)
        narrowed = replace(comparison, kept=comparison.kept[used])
        for name, found in specifications(log.where(used), narrowed, weeks=weeks, level=level):
            rows.append((name, rule, found.value, found.low, found.high))
    frame = pl.DataFrame(rows, schema=SPECIFICATION_COLUMNS, orient="row")
    return frame.with_columns(pl.col("share", "low", "high").fill_nan(None))


def specifications(log: Log, comparison: Comparison, *, weeks: bool, level: float) -> Iterator[tuple[str, Interval]]:
    """Yield each specification's saving."""
    yield RAW, raw(log, level)
    yield STRATIFIED, stratified(log, level)
    terms = labels.terms(log, weeks=weeks)
    yield TYPICAL, typical_share(log, terms, weeks=weeks, level=level)
    fit, people = fit_poisson(terms, log.seconds), log.clusters()
    yield HOURS, compute_saved_share(ratio(fit, people, spare(log, weeks=weeks), level))
    if comparison.design in DESIGNED:
        yield DESIGNED[comparison.design], compute_saved_share(headline(log, comparison, level).population)


def typical_share(log: Log, terms: Terms, *, weeks: bool, level: float) -> Interval:
    """Return the speed-up of a typical item: a ratio of geometric means, never of hours."""
    return compute_saved_share(ratio(fit_typical(terms, log.seconds), log.clusters(), spare(log, weeks=weeks), level))


def spare(log: Log, *, weeks: bool) -> int:
    """Return the degrees of freedom by annotators: those with both arms, or all where rollout dates decide."""
    return (log.annotators if weeks else informative(log, log.clusters())) - 1


def descriptive(log: Log) -> pl.DataFrame:
    """Return the raw ratio alone, without an interval, for logs below the minimum sample."""
    if not log.assisted.any() or log.assisted.all():
        return pl.DataFrame(schema=SPECIFICATION_COLUMNS)
    found = raw(log, 0.95)
    return pl.DataFrame([(RAW, "none", found.value, None, None)], schema=SPECIFICATION_COLUMNS, orient="row")


def established(rows: pl.DataFrame, comparison: Comparison) -> bool:
    """Return whether all specifications agree on the direction.

    For a hold-out or a comparison of the same items only their own rows count: the others may be biased.
    """
    if comparison.design in {"holdout", "same items"}:
        rows = rows.filter(pl.col("specification") == DESIGNED[comparison.design])
    shares = rows["share"].drop_nulls()
    return bool((shares > 0).all() or (shares < 0).all())


def at(rows: pl.DataFrame, specification: str, rule: str) -> float | None:
    """Return the share of one specification and idle rule."""
    found = rows.filter(pl.col("specification") == specification, pl.col("idle_rule") == rule)["share"]
    return None if found.is_empty() else found.item()
