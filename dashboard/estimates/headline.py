"""The headline: a ratio of total hours, its two intervals, and the hours that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.estimates.comparison import Comparison
from dashboard.estimates.contract import INFLUENCE_COLUMNS, Interval
from dashboard.estimates.fits import MAXIMUM_LOG_RATIO, Fit, HoursFit, build_interval, fit_poisson
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Codes, Reals

ASSISTED = "assisted"
HOUR = 3600.0


@dataclass(frozen=True)
class Headline:
    """The fit on the labels that are compared, and the log ratio "if annotators change" and for the present ones.

    `moved` is by how much each annotator moved the log ratio; its squares add up to the variance. `clustered` says how
    the two intervals were made.
    """

    compared: Log
    fit: HoursFit
    moved: Reals
    population: Interval
    present: Interval
    clustered: tuple[str, str]

    @property
    def log_ratio(self) -> float:
        """Return the log of assisted to counterfactual hours."""
        return self.population.value


def headline(log: Log, comparison: Comparison, level: float) -> Headline:
    """Fit the comparison's labels; the interval is not a number where nothing can be told apart."""
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
    """Return by how much each annotator moved the log ratio: CR1, in a hold-out CR3, whose manual arm is small."""
    return fit.compute_jackknife_scores(ASSISTED) if comparison.design == "holdout" else fit.compute_cluster_scores(ASSISTED, people)


def ratio(fit: Fit, clusters: Codes, freedom: int, level: float) -> Interval:
    """Return the coefficient of assistance with its t interval by clusters."""
    return build_interval(fit.coefficient(ASSISTED), fit.error(ASSISTED, clusters), freedom, level)


def informative(log: Log, clusters: Codes) -> int:
    """Return the number of clusters with both arms: only these compare."""
    return len(np.intersect1d(clusters[log.assisted], clusters[~log.assisted]))


def hours_saved(fit: Fit, log_ratio: Interval, assisted_seconds: float) -> Interval:
    """Return counterfactual less actual hours of the assisted labels: actual x (exp(-log ratio) - 1).

    Raises:
        TypeError: the fit is of log seconds, whose ratio is not one of hours.
    """
    if not isinstance(fit, HoursFit):
        raise TypeError("A ratio of typical items is not a ratio of hours.")
    bounds = np.clip([log_ratio.value, log_ratio.high, log_ratio.low], -MAXIMUM_LOG_RATIO, MAXIMUM_LOG_RATIO)
    value, low, high = (float(hours) for hours in assisted_seconds / HOUR * np.expm1(-bounds))
    return Interval(value, low, high, log_ratio.level)


def influence(found: Headline, assisted_seconds: float) -> pl.DataFrame:
    """Return by how many hours each annotator moved the saving (delta method)."""
    clusters = found.compared.clusters()
    hours = -assisted_seconds / HOUR * float(np.exp(-found.log_ratio)) * found.moved
    names = found.compared.name[np.unique(clusters, return_index=True)[1]]
    return pl.DataFrame({"annotator": names.tolist(), "hours": hours}, schema=INFLUENCE_COLUMNS)
