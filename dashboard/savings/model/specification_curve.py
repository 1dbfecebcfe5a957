"""Whether the answer depends on a choice: the same log under other specifications and idle rules.

Some are ratios that are easy to explain: of raw means, and of means within strata of kind and difficulty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import build_interval, compute_saved_share, fit_poisson, fit_typical
from dashboard.inference.contract import SPECIFICATION_COLUMNS, Interval
from dashboard.inference.design_matrix import Codes, Reals, Terms, sum_by_code
from dashboard.savings.model import labels
from dashboard.savings.model.evidence import Comparison
from dashboard.savings.model.headline import build_ratio_interval, count_informative_clusters, estimate_headline
from dashboard.savings.model.labels import HEADLINE_RULE, IDLE_RULES, LabelLog, apply_idle_rule, encode_values

BOOTSTRAP_DRAWS = 400
SEED = 20260101
FIFTHS = 5


@dataclass(frozen=True)
class StratumSums:
    """Counts and seconds of each annotator (row) in each stratum (column), assisted and manual."""

    assisted: Reals
    assisted_seconds: Reals
    manual: Reals
    manual_seconds: Reals


def estimate_raw_saving(log: LabelLog, level: float) -> Interval:
    """Return 1 - mean assisted seconds / mean manual seconds, as a division of averages would claim."""
    return estimate_standardized_saving(sum_strata(log, np.zeros(log.rows, dtype=np.int64)), level)


def estimate_stratified_saving(log: LabelLog, level: float) -> Interval:
    """Return the saving within kind x fifth of difficulty, weighted by assisted labels; one-armed strata drop out."""
    return estimate_standardized_saving(sum_strata(log, build_strata(log)), level)


def build_strata(log: LabelLog) -> Codes:
    """Return the stratum of each label: kind x fifth of the proxy, or kind x unknown difficulty."""
    is_known = ~log.proxy_unknown
    if not is_known.any() or np.ptp(log.proxy[is_known]) == 0:
        return encode_values(log.kind)
    edges = np.quantile(log.proxy[is_known], np.arange(1, FIFTHS) / FIFTHS)
    fifth = np.where(is_known, np.searchsorted(edges, log.proxy), FIFTHS)
    return encode_values(log.kind * (FIFTHS + 1) + fifth)


def sum_strata(log: LabelLog, stratum: Codes) -> StratumSums:
    """Return counts and seconds by annotator and stratum."""
    people, stratum_count = log.annotator_clusters(), int(stratum.max(initial=0)) + 1
    people_count = int(people.max(initial=-1)) + 1
    cell_codes = people * stratum_count + stratum

    def sum_cells(weights: Reals) -> Reals:
        return sum_by_code(cell_codes, weights, people_count * stratum_count).reshape(people_count, stratum_count)

    assisted, manual = log.assisted.astype(np.float64), (~log.assisted).astype(np.float64)
    return StratumSums(
        sum_cells(assisted), sum_cells(assisted * log.seconds), sum_cells(manual), sum_cells(manual * log.seconds)
    )


def estimate_standardized_saving(sums: StratumSums, level: float) -> Interval:
    """Return the standardised saving; the standard error is from a bootstrap over annotators, on the log scale.

    The interval uses t(annotators - 1), because bootstrap percentiles are too narrow for few clusters.
    """
    people_count = len(sums.assisted)
    if people_count < 2:  # noqa: PLR2004
        value = float(1 - np.exp(compute_log_ratios(sums, np.ones((1, people_count)))[0]))
        return Interval(value, float("nan"), float("nan"), level)
    resample_counts = np.random.default_rng(SEED).multinomial(
        people_count, np.full(people_count, 1 / people_count), BOOTSTRAP_DRAWS
    )
    log_ratios = compute_log_ratios(sums, resample_counts.astype(np.float64))
    value = float(compute_log_ratios(sums, np.ones((1, people_count)))[0])
    finite_ratios = log_ratios[np.isfinite(log_ratios)]
    error = float(finite_ratios.std(ddof=1)) if len(finite_ratios) > BOOTSTRAP_DRAWS // 2 else float("nan")
    return compute_saved_share(build_interval(value, error, people_count - 1, level))


def compute_log_ratios(sums: StratumSums, weights: Reals) -> Reals:
    """Return log(assisted seconds / seconds at the manual mean of the stratum), one for each row of weights."""
    assisted, assisted_seconds = weights @ sums.assisted, weights @ sums.assisted_seconds
    manual, manual_seconds = weights @ sums.manual, weights @ sums.manual_seconds
    has_both = (assisted > 0) & (manual > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(has_both, assisted * manual_seconds / manual, 0.0).sum(axis=1)
        ratios: Reals = np.log(np.where(has_both, assisted_seconds, 0.0).sum(axis=1) / expected)
    return ratios


RAW_RATIO = "raw ratio"
STRATIFIED = "stratified"
TYPICAL_ITEM = "typical item"
TOTAL_HOURS = "total hours"
DESIGN_NAMES = {
    "holdout": "total hours, hold-out",
    "same items": "total hours, same items",
    "one date": "total hours, time line",
}


def build_specification_curve(
    log: LabelLog, residuals: Reals, comparison: Comparison, *, weeks: bool, level: float
) -> pl.DataFrame:
    """Return the share saved under each specification and idle rule, with its interval."""
    rows: list[tuple[str, str, float, float, float]] = []
    for rule in IDLE_RULES:
        used_mask = apply_idle_rule(residuals, rule)
        filtered_comparison = replace(comparison, kept=comparison.kept[used_mask])
        for name, saving in estimate_specifications(
            log.where(used_mask), filtered_comparison, weeks=weeks, level=level
        ):
            rows.append((name, rule, saving.value, saving.low, saving.high))
        if used_mask.all() and not apply_idle_rule(residuals, HEADLINE_RULE).all():
            log.terms.clear()  # no other fit is of all labels, and those of a million take 100 MB
    curve = pl.DataFrame(rows, schema=SPECIFICATION_COLUMNS, orient="row")
    return curve.with_columns(pl.col("share", "low", "high").fill_nan(None))


def estimate_specifications(
    log: LabelLog, comparison: Comparison, *, weeks: bool, level: float
) -> Iterator[tuple[str, Interval]]:
    """Yield each specification's saving."""
    yield RAW_RATIO, estimate_raw_saving(log, level)
    yield STRATIFIED, estimate_stratified_saving(log, level)
    terms = labels.build_terms(log, weeks=weeks)
    yield TYPICAL_ITEM, estimate_typical_share(log, terms, weeks=weeks, level=level)
    fit, clusters = fit_poisson(terms, log.seconds), log.annotator_clusters()
    yield TOTAL_HOURS, compute_saved_share(build_ratio_interval(fit, clusters, count_freedom(log, weeks=weeks), level))
    if comparison.design in DESIGN_NAMES:
        yield DESIGN_NAMES[comparison.design], compute_saved_share(estimate_headline(log, comparison, level).population)


def estimate_typical_share(log: LabelLog, terms: Terms, *, weeks: bool, level: float) -> Interval:
    """Return the speed-up of a typical item: a ratio of geometric means, never of hours."""
    return compute_saved_share(
        build_ratio_interval(
            fit_typical(terms, log.seconds), log.annotator_clusters(), count_freedom(log, weeks=weeks), level
        )
    )


def count_freedom(log: LabelLog, *, weeks: bool) -> int:
    """Return the degrees of freedom by annotators: those with both arms, or all where rollout dates decide."""
    return (log.annotators if weeks else count_informative_clusters(log, log.annotator_clusters())) - 1


def build_raw_row(log: LabelLog) -> pl.DataFrame:
    """Return the raw ratio alone, without an interval, for logs below the minimum sample."""
    if not log.assisted.any() or log.assisted.all():
        return pl.DataFrame(schema=SPECIFICATION_COLUMNS)
    saving = estimate_raw_saving(log, 0.95)
    return pl.DataFrame([(RAW_RATIO, "none", saving.value, None, None)], schema=SPECIFICATION_COLUMNS, orient="row")


def is_direction_established(rows: pl.DataFrame, comparison: Comparison) -> bool:
    """Return whether all specifications agree on the direction.

    For a hold-out or a comparison of the same items only their own rows count: the others may be biased.
    """
    if comparison.design in {"holdout", "same items"}:
        rows = rows.filter(pl.col("specification") == DESIGN_NAMES[comparison.design])
    shares = rows["share"].drop_nulls()
    return bool((shares > 0).all() or (shares < 0).all())


def find_share(rows: pl.DataFrame, specification: str, rule: str) -> float | None:
    """Return the share of one specification and idle rule."""
    shares = rows.filter(pl.col("specification") == specification, pl.col("idle_rule") == rule)["share"]
    return None if shares.is_empty() else shares.item()
