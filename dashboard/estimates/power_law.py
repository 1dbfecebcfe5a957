"""The curve error = floor + scale (human + kappa synthetic)^(-exponent), fitted on log error.

Power laws of learning curves: Hestness et al. 2017, Rosenfeld et al. 2020; mixtures of sources: Hashimoto 2021.
All four parameters are positive and are sought as logarithms; label counts are divided by a typical one first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Array = Any  # numpy is imported where it is used; an array of floats

LOWEST = (-16.0, -12.0, -4.0, -9.0)  # logs of floor and scale (of the smallest error), exponent, kappa: e^-9 is nothing
HIGHEST = (0.0, 9.0, 1.1, 3.0)
STARTS = tuple((f, a, b, k) for f in (-3.0, -0.7) for a in (-0.5, 0.5) for b in (-1.8, -0.7) for k in (-3.0, -1.0))
STEPS = 40


@dataclass(frozen=True)
class Curve:
    """The fitted parameters, in the units of the error and of single labels, and the fitted log errors."""

    floor: float
    scale: float
    exponent: float
    kappa: float
    fitted: Array

    def error(self, human: Array, synthetic: Array) -> Array:
        """Return the error that the curve has at these label counts."""
        return self.floor + self.scale * (human + self.kappa * synthetic) ** -self.exponent


def log_error(theta: Array, human: Array, synthetic: Array) -> tuple[Array, Array]:
    """Return log errors (sets x runs) and their derivatives (sets x runs x 4) by the log parameters (sets x 4)."""
    import numpy as np

    floor, scale, exponent, kappa = (np.exp(theta[:, at, None]) for at in range(4))
    labels = human + kappa * synthetic
    power = scale * labels**-exponent
    error = floor + power
    by_labels = -exponent * kappa * synthetic / labels
    slopes = (floor / error, power / error, -power * np.log(labels) * exponent / error, power * by_labels / error)
    return np.log(error), np.stack([np.broadcast_to(slope, error.shape) for slope in slopes], axis=-1)


def fit(human: Array, synthetic: Array, logs: Array) -> Curve:
    """Return the best curve through log errors, of several starts, by `scipy.optimize.least_squares`."""
    import numpy as np
    from scipy.optimize import least_squares

    typical = float(np.median(human[human > 0]))
    top = float(np.min(logs))
    x, s, y = human / typical, synthetic / typical, logs - top

    def residuals(theta: Array) -> Array:
        return log_error(theta[None], x, s)[0][0] - y

    def slopes(theta: Array) -> Array:
        return log_error(theta[None], x, s)[1][0]

    found = [least_squares(residuals, start, jac=slopes, bounds=(LOWEST, HIGHEST), max_nfev=100) for start in STARTS]
    best = min(found, key=lambda one: float(one.cost)).x
    floor, scale, exponent, kappa = (float(value) for value in np.exp(best))
    back = float(np.exp(top))
    return Curve(
        floor * back, scale * back * typical**exponent, exponent, kappa, log_error(best[None], x, s)[0][0] + top
    )


def refit(curve: Curve, human: Array, synthetic: Array, draws: Array) -> Array:
    """Return kappa of curves fitted to each row of `draws` (draws x runs, log errors), starting from `curve`.

    Levenberg and Marquardt's method for all draws at once; a step that does not help is not taken.
    """
    import numpy as np

    typical = float(np.median(human[human > 0]))
    top = float(np.min(curve.fitted))
    x, s, y = human / typical, synthetic / typical, draws - top
    begun = (curve.floor, curve.scale * typical**-curve.exponent, curve.exponent, curve.kappa)
    start = np.log(begun) - np.array([top, top, 0, 0])
    theta = np.tile(np.clip(start, LOWEST, HIGHEST), (len(draws), 1))
    damping = np.full(len(draws), 1e-2)
    at, slopes = log_error(theta, x, s)
    cost = ((y - at) ** 2).sum(axis=1)
    for _ in range(STEPS):
        normal = np.einsum("dri,drj->dij", slopes, slopes)
        pull = np.einsum("dri,dr->di", slopes, y - at)
        ridge = damping[:, None] * (np.einsum("dii->di", normal) + 1e-6)
        step = np.linalg.solve(normal + ridge[:, :, None] * np.eye(4), pull[:, :, None])[:, :, 0]
        tried = np.clip(theta + np.clip(step, -2, 2), LOWEST, HIGHEST)
        tried_at, tried_slopes = log_error(tried, x, s)
        tried_cost = ((y - tried_at) ** 2).sum(axis=1)
        better = tried_cost < cost
        theta[better], at[better], slopes[better] = tried[better], tried_at[better], tried_slopes[better]
        cost = np.minimum(cost, tried_cost)
        damping = np.clip(np.where(better, damping / 4, damping * 5), 1e-9, 1e9)
    return np.exp(theta[:, 3])
