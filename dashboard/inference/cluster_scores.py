"""The two regressions behind the two estimands, and their intervals by clusters.

Hours come from a Poisson regression with log link (PPML: Santos Silva and Tenreyro 2006), whose assisted coefficient is
a log ratio of total hours. A log regression gives a ratio for typical items and must never become hours, so the two
have different types here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
from scipy.special import stdtr, stdtrit

from dashboard.inference.contract import Interval
from dashboard.inference.design_matrix import Codes, NormalEquations, Reals, Solution, Terms, sum_by_code

MAXIMUM_ITERATIONS = 200
SMALL_STEP = 1e-7  # of a Newton step whose error is its square
HUBER_TUNING = 1.345
MAD_SCALE = 1.4826
MAXIMUM_LOG_RATIO = 50.0  # beyond any real log ratio; its exponential is still finite


@dataclass(frozen=True)
class Fit:
    """A fitted regression: `score` is each row's contribution to the score, `line` the linear predictor."""

    equations: NormalEquations
    solution: Solution
    effects: Reals
    beta: Reals
    line: Reals
    score: Reals

    def coefficient(self, name: str) -> float:
        """Return the coefficient of a column; nan where the data do not determine it."""
        if not self.equations.is_identified(self.solution, name):
            return float("nan")
        return float(self.beta[self.equations.names.index(name)])

    def compute_cluster_scores(self, name: str, clusters: Codes) -> Reals:
        """Return each cluster's influence on a coefficient; the squares add up to its CR1 variance."""
        row_scores = self.equations.compute_influence(self.solution, name) * self.score
        cluster_sums = sum_by_code(clusters, row_scores, int(clusters.max()) + 1)
        return cluster_sums * self._correct_few_clusters(len(cluster_sums))

    def count_effective_clusters(self, name: str, clusters: Codes) -> float:
        """Return how many clusters of equal weight would tell as much about a coefficient.

        clusters / (1 + squared coefficient of variation of their information): Carter, Schnepel and Steigerwald (2017).
        """
        moved = self.equations.compute_influence(self.solution, name)
        information = sum_by_code(clusters, self.solution.weights * moved**2, int(clusters.max()) + 1)
        total = float((information**2).sum())
        return float(information.sum()) ** 2 / total if total > 0 else 0.0

    def compute_contrast_errors(self, contrasts: Reals, clusters: Codes) -> Reals:
        """Return the cluster-robust standard errors (CR1) of weighted sums of coefficients, one for each column."""
        sums = self.equations.sum_contrast_influence(self.solution, contrasts, self.score, clusters)
        errors: Reals = np.sqrt((sums**2).sum(axis=0)) * self._correct_few_clusters(len(sums))
        return errors

    def _correct_few_clusters(self, count: int) -> float:
        """Return the factor of CR1 for so many clusters; not a number where they are too few."""
        rows = self.equations.terms.rows
        residual_freedom = rows - self.solution.rank
        if count < 2 or residual_freedom < 1:  # noqa: PLR2004 - the number says it
            return float("nan")
        return float(np.sqrt(count / (count - 1) * (rows - 1) / residual_freedom))

    def compute_jackknife_scores(self, name: str) -> Reals:
        """Return how much a coefficient moves without each level of the first group, by one Newton step.

        The squares add up to the CR3 (jackknife) variance when that group gives the clusters. It is wider than CR1
        where an arm is small, as in a hold-out.
        """
        equations, group = self.equations, self.equations.terms.groups[0]
        centred = equations.center_columns(self.solution)
        information = centred.T @ (self.solution.weights[:, None] * centred)
        index, count = equations.names.index(name), equations.levels[0]
        shifts = np.zeros(count)
        order = np.argsort(group, kind="stable")
        for level, rows in enumerate(np.split(order, np.cumsum(np.bincount(group))[:-1])):
            reduced_information = information - centred[rows].T @ (self.solution.weights[rows, None] * centred[rows])
            shifts[level] = (
                np.linalg.pinv(reduced_information, hermitian=True) @ (centred[rows].T @ self.score[rows])
            )[index]
        return shifts * float(np.sqrt((count - 1) / count))

    def error(self, name: str, clusters: Codes) -> float:
        """Return the cluster-robust standard error of a coefficient (CR1)."""
        return float(np.sqrt((self.compute_cluster_scores(name, clusters) ** 2).sum()))


FitType = TypeVar("FitType", bound=Fit)


@dataclass(frozen=True)
class HoursFit(Fit):
    """A Poisson fit of seconds: exp(coefficient) is a ratio of total hours."""


@dataclass(frozen=True)
class TypicalFit(Fit):
    """A least-squares fit of log seconds: exp(coefficient) is a ratio of typical items, not of hours."""


def fit_poisson(terms: Terms, seconds: Reals) -> HoursFit:
    """Fit seconds by Poisson pseudo-likelihood with log link (iterated weighted least squares); once per terms."""
    return recall_fit("hours", terms, seconds, iterate_poisson)


def iterate_poisson(terms: Terms, seconds: Reals) -> HoursFit:
    """Return the fit by Newton steps from the least-squares fit of log seconds, which is close to it.

    The error of a step is about the square of the one before, so a small step leaves less than TOLERANCE.
    """
    equations = terms.unweighted.equations
    start = fit_typical(terms, seconds).line
    linear_predictor = np.clip(start + np.log(seconds.sum() / np.exp(start).sum()), -30.0, 30.0)
    for _ in range(MAXIMUM_ITERATIONS):
        expected = np.exp(linear_predictor)
        solution = equations.solve(expected)
        effects, beta = equations.solve_coefficients(solution, linear_predictor + seconds / expected - 1)
        previous, linear_predictor = linear_predictor, np.clip(equations.predict(effects, beta), -30.0, 30.0)
        if float(np.abs(linear_predictor - previous).max()) < SMALL_STEP:
            break
    expected = np.exp(linear_predictor)
    return HoursFit(equations, equations.solve(expected), effects, beta, linear_predictor, seconds - expected)


def fit_typical(terms: Terms, seconds: Reals) -> TypicalFit:
    """Fit log seconds by least squares; once per terms."""
    return recall_fit("typical", terms, seconds, solve_typical)


def solve_typical(terms: Terms, seconds: Reals) -> TypicalFit:
    """Return the least-squares fit of log seconds."""
    equations, solution = terms.unweighted
    logs = np.log(seconds)
    effects, beta = equations.solve_coefficients(solution, logs)
    linear_predictor = equations.predict(effects, beta)
    return TypicalFit(equations, solution, effects, beta, linear_predictor, logs - linear_predictor)


def recall_fit(kind: str, terms: Terms, response: Reals, compute: Callable[[Terms, Reals], FitType]) -> FitType:
    """Return a fit of the response, computed only if the last one of its kind on these terms had another response."""
    last_response, fit = terms.fits.get(kind, (None, None))
    if last_response is not response:
        fit = compute(terms, response)
        terms.fits[kind] = response, fit
    return cast("FitType", fit)


@dataclass(frozen=True)
class RobustFit:
    """A Huber M-fit of log seconds: what is left of each row, and the coefficients of the columns by name."""

    residuals: Reals
    coefficients: dict[str, float]


def fit_robust(terms: Terms, seconds: Reals) -> RobustFit:
    """Fit log seconds by Huber M-estimation."""
    (equations, solution), logs = terms.unweighted, np.log(seconds)
    previous_beta = np.full(1, np.inf)
    for _ in range(MAXIMUM_ITERATIONS // 4):
        effects, beta = equations.solve_coefficients(solution, logs)
        residuals = logs - equations.predict(effects, beta)
        scaled = residuals / compute_robust_deviation(residuals)
        weights = HUBER_TUNING / np.maximum(np.abs(scaled), HUBER_TUNING)
        if previous_beta.shape == beta.shape and float(np.abs(beta - previous_beta).max(initial=0.0)) < 1e-4:  # noqa: PLR2004
            break
        previous_beta, solution = beta, equations.solve(weights)
    return RobustFit(residuals, dict(zip(equations.names, beta.tolist(), strict=False)))


def compute_robust_deviation(residuals: Reals) -> float:
    """Return 1.4826 times the median absolute deviation; 1 where all residuals are equal, or there are none."""
    if not len(residuals):
        return 1.0
    deviation = MAD_SCALE * float(np.median(np.abs(residuals - np.median(residuals))))
    return deviation if deviation > 0 else 1.0


def build_interval(value: float, error: float, freedom: float, level: float) -> Interval:
    """Return the value plus and minus a t quantile times its standard error."""
    half_width = float(stdtrit(max(freedom, 1.0), (1 + level) / 2)) * error
    return Interval(value, value - half_width, value + half_width, level)


def compute_saved_share(log_ratio: Interval) -> Interval:
    """Return the saving, 1 - exp(log ratio), with its bounds in order."""
    bounds = np.clip([log_ratio.value, log_ratio.high, log_ratio.low], -MAXIMUM_LOG_RATIO, MAXIMUM_LOG_RATIO)
    value, low, high = (float(bound) for bound in -np.expm1(bounds))
    return Interval(value, low, high, log_ratio.level)


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of a least-squares fit with its ordinary standard error."""

    value: float
    standard_error: float
    freedom: int

    @property
    def partial_r2(self) -> float:
        """Return the share of what the other columns leave of the response that this one explains."""
        t = self.value / self.standard_error if self.standard_error > 0 else 0.0
        return t**2 / (t**2 + max(self.freedom, 1))


def compute_coefficient(terms: Terms, response: Reals, name: str) -> Coefficient:
    """Return the coefficient of a column in a least-squares fit."""
    equations, solution = terms.unweighted
    effects, beta = equations.solve_coefficients(solution, response)
    residuals = response - equations.predict(effects, beta)
    freedom, index = terms.rows - solution.rank, equations.names.index(name)
    variance = float(residuals @ residuals) / max(freedom, 1) * float(solution.inverse[index, index])
    return Coefficient(float(beta[index]), float(np.sqrt(max(variance, 0.0))), freedom)


def compute_t_statistic(terms: Terms, response: Reals, name: str) -> tuple[float, int]:
    """Return the ordinary t statistic of a column in a least-squares fit, and its degrees of freedom."""
    fit = compute_coefficient(terms, response, name)
    return (fit.value / fit.standard_error if fit.standard_error > 0 else 0.0), fit.freedom


def compute_p_value(t: float, freedom: float) -> float:
    """Return the two-sided p value of a t statistic."""
    return float(2 * stdtr(max(freedom, 1.0), -abs(t)))
