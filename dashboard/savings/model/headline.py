"""The headline: a ratio of total hours, its two intervals, and the hours that follow from it.

What each assisted label would have taken by hand, so that savings add up over projects and weeks.

A Poisson model fitted to the unassisted labels alone predicts the assisted ones, which stays right where effects
differ between people and weeks. Sometimes the unassisted labels do not suffice: with one rollout date the model would
extrapolate a trend, in a hold-out or with doubled items they are few, and a person or week may have none. Then the
headline's own model predicts. All predictions are scaled by one factor, so that the savings of the items add up to the
headline's hours exactly; a factor far from one is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.inference.cluster_scores import MAXIMUM_LOG_RATIO, Fit, HoursFit, build_interval, fit_poisson
from dashboard.inference.contract import INFLUENCE_COLUMNS, SAVED_COLUMNS, Diagnostic, Interval
from dashboard.inference.design_matrix import Codes, Mask, Reals, Terms
from dashboard.savings.model.evidence import Comparison
from dashboard.savings.model.labels import Log

ASSISTED = "assisted"
HOUR = 3600.0


@dataclass(frozen=True)
class Headline:
    """The fit on the compared labels, and the log ratio "if annotators change" and for the current annotators.

    `moved` holds how much each annotator moved the log ratio; its squares add up to the variance. `interval_methods`
    says how the two intervals were made.
    """

    compared: Log
    fit: HoursFit
    moved: Reals
    population: Interval
    present: Interval
    clustered: tuple[str, str]

    @property
    def log_ratio(self) -> float:
        """Return the log of the ratio of assisted to counterfactual hours."""
        return self.population.value


def headline(log: Log, comparison: Comparison, level: float) -> Headline:
    """Fit the labels of the comparison; the interval is not a number where the effect is not identified."""
    compared = log.where(comparison.kept)
    fit = fit_poisson(comparison.terms(compared), compared.seconds)
    people = comparison.population(compared)
    spare = informative(compared, people) if comparison.design != "staggered" else int(people.max()) + 1
    present = comparison.present(compared)
    moved = population_psi(fit, comparison, people)
    weekly, unit = spare, "annotator"
    if not np.array_equal(present, people):
        weekly, unit = int(present.max()) + 1, "annotator and week"
    return Headline(
        compared,
        fit,
        moved,
        build_interval(fit.coefficient(ASSISTED), float(np.sqrt((moved**2).sum())), spare - 1, level),
        ratio(fit, present, weekly - 1, level),
        (f"clustered by annotator, t({spare - 1})", f"clustered by {unit}, t({weekly - 1})"),
    )


def population_psi(fit: HoursFit, comparison: Comparison, people: Codes) -> Reals:
    """Return how much each annotator moved the log ratio: CR1, but CR3 for a hold-out, whose manual arm is small."""
    return (
        fit.compute_jackknife_scores(ASSISTED)
        if comparison.design == "holdout"
        else fit.compute_cluster_scores(ASSISTED, people)
    )


def ratio(fit: Fit, clusters: Codes, freedom: int, level: float) -> Interval:
    """Return the coefficient of assistance with its cluster-robust t interval."""
    return build_interval(fit.coefficient(ASSISTED), fit.error(ASSISTED, clusters), freedom, level)


def informative(log: Log, clusters: Codes) -> int:
    """Return the number of clusters with both arms: only these can be compared."""
    return len(np.intersect1d(clusters[log.assisted], clusters[~log.assisted]))


def hours_saved(fit: Fit, log_ratio: Interval, assisted_seconds: float) -> Interval:
    """Return the counterfactual less the actual hours of the assisted labels: actual x (exp(-log ratio) - 1).

    Raises:
        TypeError: the fit is of log seconds, whose ratio is not a ratio of hours.
    """
    if not isinstance(fit, HoursFit):
        raise TypeError("A ratio of typical items is not a ratio of hours.")
    bounds = np.clip([log_ratio.value, log_ratio.high, log_ratio.low], -MAXIMUM_LOG_RATIO, MAXIMUM_LOG_RATIO)
    value, low, high = (float(hours) for hours in assisted_seconds / HOUR * np.expm1(-bounds))
    return Interval(value, low, high, log_ratio.level)


def influence(found: Headline, assisted_seconds: float) -> pl.DataFrame:
    """Return how many hours each annotator moved the saving (delta method)."""
    clusters = found.compared.clusters()
    hours = -assisted_seconds / HOUR * float(np.exp(-found.log_ratio)) * found.moved
    names = found.compared.name[np.unique(clusters, return_index=True)[1]]
    return pl.DataFrame({"annotator": names.tolist(), "hours": hours}, schema=INFLUENCE_COLUMNS)


FAR = 0.1


def saved(log: Log, comparison: Comparison, found: Headline) -> tuple[pl.DataFrame, float]:
    """Return one row per assisted label, which add up to the headline, and the factor that scaled them."""
    factor_of_one = np.exp(-found.log_ratio)
    expected = log.seconds * factor_of_one
    expected[comparison.kept] = np.where(
        found.compared.assisted, np.exp(found.fit.line) * factor_of_one, expected[comparison.kept]
    )
    if comparison.design in {"staggered", "observed"}:
        untreated = from_unassisted(comparison.terms(log).without(ASSISTED), log)
        expected = np.where(np.isfinite(untreated), untreated, expected)
    actual, counterfactual = log.seconds[log.assisted], expected[log.assisted]
    factor = float(actual.sum() * factor_of_one / counterfactual.sum())
    frame = pl.DataFrame(
        {
            "label": log.label[log.assisted],
            "counterfactual_seconds": counterfactual * factor,
            "saved_seconds": counterfactual * factor - actual,
        },
        schema=SAVED_COLUMNS,
    )
    return frame, factor


def from_unassisted(terms: Terms, log: Log) -> Reals:
    """Return the seconds that a model of the unassisted labels predicts; not a number for unseen levels."""
    manual = ~log.assisted
    fit = fit_poisson(terms.where(manual), log.seconds[manual])
    groups, seen = [], np.ones(log.rows, dtype=np.bool_)
    for group in terms.groups:
        code, present = mapped(group, manual)
        groups.append(code)
        seen &= present
    line = fit.equations.predict(fit.effects, fit.beta, Terms(tuple(groups), terms.columns))
    return np.where(seen, np.exp(np.clip(line, -30.0, 30.0)), np.nan)


def mapped(
    group: np.ndarray[tuple[int, ...], np.dtype[np.int64]], kept: Mask
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Mask]:
    """Return the codes of a group among the masked rows (zero for levels unseen there), and which rows are seen."""
    levels = np.unique(group[kept])
    code = np.minimum(np.searchsorted(levels, group), len(levels) - 1).astype(np.int64)
    present: Mask = levels[code] == group
    return np.where(present, code, 0), present


def diagnostic(factor: float) -> Diagnostic:
    """Return how far the item-by-item predictions are from the headline."""
    words = f"Item-by-item predictions were scaled by {factor:.2f} to add up to the hours above."
    return Diagnostic("imputation", factor, words, abs(factor - 1) > FAR)
