"""The two regressions behind the two estimands, and their intervals by clusters.

Hours come from a Poisson regression with log link (PPML: Santos Silva and Tenreyro 2006), whose assisted coefficient is
a log ratio of total hours. A log regression gives a ratio of typical items and must never become hours, so the
two are different types here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from dashboard.estimates.contract import Interval
from dashboard.estimates.terms import Codes, Equations, Reals, Solved, Terms, summed

STEPS = 200
TOLERANCE = 1e-11
HUBER = 1.345
MAD = 1.4826
FARTHEST = 50.0  # a log ratio that no data bear; its exponential is still finite


@dataclass(frozen=True)
class Fit:
    """A fitted regression: `score` is each row's pull on the coefficients, `line` the fitted logarithm."""

    equations: Equations
    solved: Solved
    effects: Reals
    beta: Reals
    line: Reals
    score: Reals

    def coefficient(self, name: str) -> float:
        """Return the coefficient of a column, not a number where the data do not determine it."""
        if not self.equations.identified(self.solved, name):
            return float("nan")
        return float(self.beta[self.equations.names.index(name)])

    def psi(self, name: str, clusters: Codes) -> Reals:
        """Return by how much each cluster moved a coefficient; the squares add up to its CR1 variance."""
        pull = self.equations.influence(self.solved, name) * self.score
        moved = summed(clusters, pull, int(clusters.max()) + 1)
        count, rows = len(moved), self.equations.terms.rows
        spare = rows - self.solved.rank
        if count < 2 or spare < 1:  # noqa: PLR2004  one cluster has no spread
            return np.full(count, np.nan)
        return moved * float(np.sqrt(count / (count - 1) * (rows - 1) / spare))

    def deleted(self, name: str) -> Reals:
        """Return by how much a coefficient moves without each level of the first group, one Newton step.

        The squares add up to the CR3 (jackknife) variance when the clusters are that group: wider than CR1 where an
        arm is small, as in a hold-out.
        """
        equations, group = self.equations, self.equations.terms.groups[0]
        centred = equations.centred(self.solved)
        whole = centred.T @ (self.solved.weights[:, None] * centred)
        place, count = equations.names.index(name), equations.levels[0]
        moved = np.zeros(count)
        order = np.argsort(group, kind="stable")
        for level, rows in enumerate(np.split(order, np.cumsum(np.bincount(group))[:-1])):
            left = whole - centred[rows].T @ (self.solved.weights[rows, None] * centred[rows])
            moved[level] = (np.linalg.pinv(left, hermitian=True) @ (centred[rows].T @ self.score[rows]))[place]
        return moved * float(np.sqrt((count - 1) / count))

    def error(self, name: str, clusters: Codes) -> float:
        """Return the cluster-robust standard error of a coefficient (CR1)."""
        return float(np.sqrt((self.psi(name, clusters) ** 2).sum()))


@dataclass(frozen=True)
class HoursFit(Fit):
    """A Poisson fit of seconds: exp(coefficient) is a ratio of total hours."""


@dataclass(frozen=True)
class TypicalFit(Fit):
    """A least-squares fit of log seconds: exp(coefficient) is a ratio of typical items, not of hours."""


def poisson(terms: Terms, seconds: Reals) -> HoursFit:
    """Fit seconds by Poisson pseudo-likelihood with log link (iterated weighted least squares)."""
    equations = Equations(terms)
    line = np.log((seconds + seconds.mean()) / 2)
    for _ in range(STEPS):
        expected = np.exp(line)
        solved = equations.solve(expected)
        effects, beta = equations.coefficients(solved, line + seconds / expected - 1)
        before, line = line, np.clip(equations.predict(effects, beta), -30.0, 30.0)
        if float(np.abs(line - before).max()) < TOLERANCE:
            break
    expected = np.exp(line)
    return HoursFit(equations, equations.solve(expected), effects, beta, line, seconds - expected)


def typical(terms: Terms, seconds: Reals) -> TypicalFit:
    """Fit log seconds by least squares."""
    equations = Equations(terms)
    logs = np.log(seconds)
    solved = equations.solve(np.ones(len(logs)))
    effects, beta = equations.coefficients(solved, logs)
    line = equations.predict(effects, beta)
    return TypicalFit(equations, solved, effects, beta, line, logs - line)


def robust_residuals(terms: Terms, seconds: Reals) -> Reals:
    """Return residuals of log seconds from a Huber M-fit, in robust standard deviations (1.4826 MAD)."""
    equations, logs = Equations(terms), np.log(seconds)
    weights, coefficient = np.ones(len(logs)), np.full(1, np.inf)
    for _ in range(STEPS // 4):
        effects, beta = equations.coefficients(equations.solve(weights), logs)
        residuals = logs - equations.predict(effects, beta)
        scaled = residuals / robust_deviation(residuals)
        weights = HUBER / np.maximum(np.abs(scaled), HUBER)
        if coefficient.shape == beta.shape and float(np.abs(beta - coefficient).max(initial=0.0)) < 1e-4:  # noqa: PLR2004
            break
        coefficient = beta
    return scaled


def robust_deviation(residuals: Reals) -> float:
    """Return 1.4826 times the median absolute deviation; one where all are equal."""
    deviation = MAD * float(np.median(np.abs(residuals - np.median(residuals))))
    return deviation if deviation > 0 else 1.0


def interval(value: float, error: float, freedom: float, level: float) -> Interval:
    """Return value plus and minus a t quantile times its error."""
    reach = float(stdtrit(max(freedom, 1.0), (1 + level) / 2)) * error
    return Interval(value, value - reach, value + reach, level)


def share(log_ratio: Interval) -> Interval:
    """Return the saving, 1 - exp(log ratio), with its bounds in order."""
    bounds = np.clip([log_ratio.value, log_ratio.high, log_ratio.low], -FARTHEST, FARTHEST)
    value, low, high = (float(bound) for bound in -np.expm1(bounds))
    return Interval(value, low, high, log_ratio.level)


def classical_t(terms: Terms, response: Reals, name: str) -> tuple[float, int]:
    """Return the ordinary t statistic of a column in least squares of a response, and its degrees of freedom."""
    equations = Equations(terms)
    solved = equations.solve(np.ones(len(response)))
    effects, beta = equations.coefficients(solved, response)
    left = response - equations.predict(effects, beta)
    freedom, place = terms.rows - solved.rank, equations.names.index(name)
    variance = float(left @ left) / max(freedom, 1) * float(solved.inverse[place, place])
    return (float(beta[place] / np.sqrt(variance)) if variance > 0 else 0.0), freedom


def two_sided(t: float, freedom: float) -> float:
    """Return the two-sided p value of a t statistic."""
    return float(2 * stdtr(max(freedom, 1.0), -abs(t)))
