"""Forecasts made as wide as the team's own earlier forecasts turned out to be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from dashboard.estimates.weekly_series import Reals

PSEUDO = 6  # observations that speak for the forecast as it is
P90 = 1.2815515655446004
LEAST_ERRORS = 4  # errors below which there is nothing to learn from


@dataclass(frozen=True)
class Correction:
    """By what the log spread of a forecast is multiplied, and by how many of its log SDs it is shifted."""

    scale: float
    shift: float


def correction(errors: Reals) -> Correction:
    """Return the correction that standardised log errors call for: (log actual - log middle) / log SD, each.

    The scale is their root mean square shrunk by six pseudo-observations of one, times t / normal quantile; the shift
    is their mean, shrunk likewise.
    """
    count = len(errors)
    scale = float(np.sqrt((PSEUDO + errors @ errors) / (PSEUDO + count)))
    return Correction(scale * float(stdtrit(PSEUDO + count, 0.9)) / P90, float(errors.sum()) / (PSEUDO + count))


def recalibrated(seconds: Reals, errors: Reals | None) -> Reals:
    """Return the seconds an item (draws x weeks) recalibrated, or as they are where there are too few errors."""
    if errors is None or len(errors) < LEAST_ERRORS:
        return seconds
    found = correction(errors)
    logs = np.log(np.maximum(seconds, 1e-9))
    middle = np.median(logs, axis=0)
    wider = np.exp(middle + found.scale * (logs - middle))
    before, after = np.log(np.maximum(seconds.mean(axis=1), 1e-9)), np.log(wider.mean(axis=1))
    # The mean of the weeks is what was off: wider weeks alone would raise it, their logarithms being symmetric.
    moved = np.median(before) + found.shift * before.std() - np.median(after)
    fresh: Reals = wider * np.exp(moved)
    return fresh
