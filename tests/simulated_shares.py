"""Shares of hours and of labels with known truth: people differ, weeks differ, and so do a person's weeks."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

START = date(2025, 1, 6)
WEEK_SECONDS = 144000
SPREADS = {
    "people differ": (0.6, 0.2, 0.5),
    "people differ much": (1.2, 0.3, 0.6),
    "weeks differ": (0.1, 0.6, 0.5),
    "only single weeks of people": (0.1, 0.1, 0.8),
}
"""Standard deviations on the log odds: of people, of weeks, of a person's single weeks."""


def claimed_team(seed: int, people: int, weeks: int, spread: str, truth: float = 0.8) -> pl.DataFrame:
    """Return person-weeks (query `labeling_weeks`) of a team drawn from people whose mean share is `truth`.

    Everything is tracked. Hours differ by person and by week, and one person-week in twelve is empty.
    """
    rng = np.random.default_rng([31, seed, people, weeks])
    of_people, of_weeks, of_cells = SPREADS[spread]
    odds = (
        center_odds(truth, float(np.sqrt(of_people**2 + of_weeks**2 + of_cells**2)))
        + of_people * rng.normal(size=(people, 1))
        + of_weeks * rng.normal(size=(1, weeks))
        + of_cells * rng.normal(size=(people, weeks))
    )
    worked = rng.random((people, weeks)) > 1 / 12
    hours = rng.uniform(0.5, 1, (people, 1)) * rng.uniform(0.5, 1, (people, weeks)) * worked
    tracked = np.round(WEEK_SECONDS * hours).astype(int)
    labeling = np.round(tracked / (1 + np.exp(-odds))).astype(int)
    return pl.DataFrame(
        {
            "person": np.repeat([f"P{person:02}" for person in range(people)], weeks),
            "week_on": [START + timedelta(weeks=week) for week in range(weeks)] * people,
            "role": "engineer",
            "labeling_seconds": labeling.ravel(),
            "uncategorized_seconds": 0,
            "tracked_seconds": tracked.ravel(),
            "covered_seconds": tracked.ravel(),
            "capacity_seconds": tracked.ravel(),
        }
    )


def center_odds(truth: float, spread: float) -> float:
    """Return the mean log odds of a normal spread of them whose mean share is `truth` (bisection)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float((weights / (1 + np.exp(-(middle + spread * nodes)))).sum() / weights.sum())
        low, high = (middle, high) if mean < truth else (low, middle)
    return (low + high) / 2


def reviewed_team(seed: int, labels: int, truth: float, likeness: float, people: int = 10) -> np.ndarray:
    """Return people x (accepted, reviewed): shares of people are beta distributed with an intraclass correlation.

    Nobody reviews the same number: from about a third to three times `labels`.
    """
    rng = np.random.default_rng([32, seed, labels, people])
    scale = 1 / likeness - 1
    reviewed = np.maximum(rng.poisson(labels * rng.lognormal(-0.125, 0.5, people)), 1)
    accepted = rng.binomial(reviewed, rng.beta(truth * scale, (1 - truth) * scale, people))
    return np.column_stack([accepted, reviewed])


def clinging_weeks(seed: int, weeks: int, likeness: float) -> np.ndarray:
    """Return weekly shares without a trend, each like the one before (AR 1)."""
    shocks = np.random.default_rng([33, seed, weeks]).normal(size=weeks + 50)
    for week in range(1, weeks + 50):
        shocks[week] += likeness * shocks[week - 1]
    shares: np.ndarray = 0.5 + 0.05 * shocks[50:]
    return shares
