"""The same log under other specifications and idle rules: whether the answer hangs on a choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from dashboard.estimates import idle, labels, stratified
from dashboard.estimates.comparison import Comparison
from dashboard.estimates.contract import SPECIFICATION_COLUMNS, Interval
from dashboard.estimates.fits import compute_saved_share, fit_poisson, fit_typical
from dashboard.estimates.headline import headline, informative, ratio
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Reals, Terms

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
    """Return the share saved under every specification and idle rule, with its interval."""
    rows: list[tuple[str, str, float, float, float]] = []
    for rule in idle.RULES:
        used = idle.kept(residuals, rule)
        narrowed = replace(comparison, kept=comparison.kept[used])
        for name, found in specifications(log.where(used), narrowed, weeks=weeks, level=level):
            rows.append((name, rule, found.value, found.low, found.high))
    frame = pl.DataFrame(rows, schema=SPECIFICATION_COLUMNS, orient="row")
    return frame.with_columns(pl.col("share", "low", "high").fill_nan(None))


def specifications(log: Log, comparison: Comparison, *, weeks: bool, level: float) -> Iterator[tuple[str, Interval]]:
    """Yield each specification's saving."""
    yield RAW, stratified.raw(log, level)
    yield STRATIFIED, stratified.stratified(log, level)
    terms = labels.terms(log, weeks=weeks)
    yield TYPICAL, typical_share(log, terms, weeks=weeks, level=level)
    fit, people = fit_poisson(terms, log.seconds), log.clusters()
    yield HOURS, compute_saved_share(ratio(fit, people, spare(log, weeks=weeks), level))
    if comparison.design in DESIGNED:
        yield DESIGNED[comparison.design], compute_saved_share(headline(log, comparison, level).population)


def typical_share(log: Log, terms: Terms, *, weeks: bool, level: float) -> Interval:
    """Return the speed-up of a typical item, a ratio of geometric means: never one of hours."""
    return compute_saved_share(ratio(fit_typical(terms, log.seconds), log.clusters(), spare(log, weeks=weeks), level))


def spare(log: Log, *, weeks: bool) -> int:
    """Return the degrees of freedom of an interval by annotators: those with both arms, all where dates decide."""
    return (log.annotators if weeks else informative(log, log.clusters())) - 1


def descriptive(log: Log) -> pl.DataFrame:
    """Return the raw ratio alone, without an interval: what is left below the minimum sample."""
    if not log.assisted.any() or log.assisted.all():
        return pl.DataFrame(schema=SPECIFICATION_COLUMNS)
    found = stratified.raw(log, 0.95)
    return pl.DataFrame([(RAW, "none", found.value, None, None)], schema=SPECIFICATION_COLUMNS, orient="row")


def established(rows: pl.DataFrame, comparison: Comparison) -> bool:
    """Tell whether every specification agrees on the direction.

    Where a lot or the same items decide, only their own rows count: that others disagree is why they were needed.
    """
    if comparison.design in {"holdout", "same items"}:
        rows = rows.filter(pl.col("specification") == DESIGNED[comparison.design])
    shares = rows["share"].drop_nulls()
    return bool((shares > 0).all() or (shares < 0).all())


def at(rows: pl.DataFrame, specification: str, rule: str) -> float | None:
    """Return one share of the strip."""
    found = rows.filter(pl.col("specification") == specification, pl.col("idle_rule") == rule)["share"]
    return None if found.is_empty() else found.item()
