"""The headline: a ratio of total hours, its two intervals, and the hours that follow from it.

The hours come from what each assisted label would have taken by hand, so that savings add up over projects and weeks. A
Poisson model fitted to the unassisted labels alone predicts the assisted ones, which stays right where effects differ
between people and weeks. Sometimes the unassisted labels do not suffice: with one rollout date the model would
extrapolate a trend, in a hold-out or with doubled items they are few, and a person or week may have none. Then the
headline's own model predicts. All predictions are scaled by one factor, so that the savings of the items add up to the
headline's hours exactly; a factor far from one is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import (
    MAXIMUM_LOG_RATIO,
    Fit,
    HoursFit,
    build_interval,
    compute_saved_share,
    fit_poisson,
)
from dashboard.inference.contract import INFLUENCE_COLUMNS, SAVED_COLUMNS, Diagnostic, Interval
from dashboard.inference.design_matrix import Codes, Mask, Reals, Terms
from dashboard.savings.model.evidence import Comparison, Precision
from dashboard.savings.model.labels import LabelLog
from dashboard.units import format_decimal

ASSISTED = "assisted"
HOUR = 3600.0


@dataclass(frozen=True)
class Headline:
    """The fit on the compared labels, and the log ratio "if annotators change" and for the current annotators.

    `moved` holds how much each annotator moved the log ratio; its squares add up to the variance. `interval_methods`
    says how the two intervals were made.
    """

    compared: LabelLog
    fit: HoursFit
    moved: Reals
    population: Interval
    present: Interval
    interval_methods: tuple[str, str]

    @property
    def log_ratio(self) -> float:
        """Return the log of the ratio of assisted to counterfactual hours."""
        return self.population.value


def estimate_headline(log: LabelLog, comparison: Comparison, level: float) -> Headline:
    """Fit the labels of the comparison; the interval is not a number where the effect is not identified."""
    compared = log.where(comparison.kept)
    fit = fit_poisson(comparison.terms(compared), compared.seconds)
    population_clusters = comparison.population(compared)
    population_count = (
        count_informative_clusters(compared, population_clusters)
        if comparison.design != "staggered"
        else int(population_clusters.max()) + 1
    )
    current_clusters = comparison.present(compared)
    scores = compute_population_scores(fit, comparison, population_clusters)
    current_count, unit = population_count, "annotator"
    if not np.array_equal(current_clusters, population_clusters):
        current_count, unit = int(current_clusters.max()) + 1, "annotator and week"
    return Headline(
        compared,
        fit,
        scores,
        build_interval(fit.coefficient(ASSISTED), float(np.sqrt((scores**2).sum())), population_count - 1, level),
        build_ratio_interval(fit, current_clusters, current_count - 1, level),
        (f"clustered by annotator, t({population_count - 1})", f"clustered by {unit}, t({current_count - 1})"),
    )


def compute_population_scores(fit: HoursFit, comparison: Comparison, clusters: Codes) -> Reals:
    """Return how much each annotator moved the log ratio: CR1, but CR3 for a hold-out, whose manual arm is small."""
    return (
        fit.compute_jackknife_scores(ASSISTED)
        if comparison.design == "holdout"
        else fit.compute_cluster_scores(ASSISTED, clusters)
    )


def build_ratio_interval(fit: Fit, clusters: Codes, freedom: int, level: float) -> Interval:
    """Return the coefficient of assistance with its cluster-robust t interval."""
    return build_interval(fit.coefficient(ASSISTED), fit.error(ASSISTED, clusters), freedom, level)


def measure_precision(headline: Headline) -> Precision:
    """Return the half widths of both intervals and the people who carry the estimate in effect."""
    clusters = headline.compared.annotator_clusters()
    return Precision(
        measure_half_width(headline.population),
        measure_half_width(headline.present),
        headline.fit.count_effective_clusters(ASSISTED, clusters),
    )


def measure_half_width(log_ratio: Interval) -> float:
    """Return half the interval of a share: of the hours by hand for a saving, of the hours taken for a loss.

    So a loss is as easy to establish as a saving of the same ratio.
    """
    if log_ratio.value > 0:
        log_ratio = Interval(-log_ratio.value, -log_ratio.high, -log_ratio.low, log_ratio.level)
    share = compute_saved_share(log_ratio)
    return (share.high - share.low) / 2


def count_informative_clusters(log: LabelLog, clusters: Codes) -> int:
    """Return the number of clusters with both arms: only these can be compared."""
    return len(np.intersect1d(clusters[log.assisted], clusters[~log.assisted]))


def estimate_hours_saved(fit: Fit, log_ratio: Interval, assisted_seconds: float) -> Interval:
    """Return the counterfactual less the actual hours of the assisted labels: actual x (exp(-log ratio) - 1).

    Raises:
        TypeError: the fit is of log seconds, whose ratio is not a ratio of hours.
    """
    if not isinstance(fit, HoursFit):
        raise TypeError("A ratio of typical items is not a ratio of hours.")
    bounds = np.clip([log_ratio.value, log_ratio.high, log_ratio.low], -MAXIMUM_LOG_RATIO, MAXIMUM_LOG_RATIO)
    value, low, high = (float(hours) for hours in assisted_seconds / HOUR * np.expm1(-bounds))
    return Interval(value, low, high, log_ratio.level)


def build_influence_rows(headline: Headline, assisted_seconds: float) -> pl.DataFrame:
    """Return how many hours each annotator moved the saving (delta method)."""
    hours = -assisted_seconds / HOUR * float(np.exp(-headline.log_ratio)) * headline.moved
    names = [headline.compared.names[code] for code in np.unique(headline.compared.annotator)]
    return pl.DataFrame({"annotator": names, "hours": hours}, schema=INFLUENCE_COLUMNS)


FACTOR_TOLERANCE = 0.1


def impute_saved_seconds(log: LabelLog, comparison: Comparison, headline: Headline) -> tuple[pl.DataFrame, float]:
    """Return one row per assisted label, which add up to the headline, and the factor that scaled them."""
    headline_factor = np.exp(-headline.log_ratio)
    expected = log.seconds * headline_factor
    expected[comparison.kept] = np.where(
        headline.compared.assisted, np.exp(headline.fit.line) * headline_factor, expected[comparison.kept]
    )
    if comparison.design in {"staggered", "observed"}:
        untreated = predict_unassisted_seconds(comparison.terms(log).drop_columns(ASSISTED), log)
        expected = np.where(np.isfinite(untreated), untreated, expected)
    actual, counterfactual = log.seconds[log.assisted], expected[log.assisted]
    factor = float(actual.sum() * headline_factor / counterfactual.sum())
    rows = pl.DataFrame(
        {
            "label": log.label[log.assisted],
            "counterfactual_seconds": counterfactual * factor,
            "saved_seconds": counterfactual * factor - actual,
        },
        schema=SAVED_COLUMNS,
    )
    return rows, factor


def predict_unassisted_seconds(terms: Terms, log: LabelLog) -> Reals:
    """Return the seconds that a model of the unassisted labels predicts; not a number for unseen levels."""
    manual = ~log.assisted
    fit = fit_poisson(terms.where(manual), log.seconds[manual])
    groups, is_known = [], np.ones(log.rows, dtype=np.bool_)
    for group in terms.groups:
        code, is_present = map_level_codes(group, manual)
        groups.append(code)
        is_known &= is_present
    linear_predictor = fit.equations.predict(fit.effects, fit.beta, Terms(tuple(groups), terms.columns))
    return np.where(is_known, np.exp(np.clip(linear_predictor, -30.0, 30.0)), np.nan)


def map_level_codes(
    group: np.ndarray[tuple[int, ...], np.dtype[np.int64]], mask: Mask
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Mask]:
    """Return the codes of a group among the masked rows (zero for levels unseen there), and which rows are seen."""
    levels = np.unique(group[mask])
    code = np.minimum(np.searchsorted(levels, group), len(levels) - 1).astype(np.int64)
    is_present: Mask = levels[code] == group
    return np.where(is_present, code, 0), is_present


def check_scaling_factor(factor: float) -> Diagnostic:
    """Return how far the item-by-item predictions are from the headline."""
    text = f"Item-by-item predictions were scaled by {format_decimal(factor, 2)} to add up to the hours above."
    return Diagnostic("imputation", factor, text, abs(factor - 1) > FACTOR_TOLERANCE)
