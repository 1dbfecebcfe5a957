"""When a backlog is done, and how many people it takes by a date, from the team's own weeks.

Past weeks are drawn in blocks (circular block bootstrap; Politis and Romano, 1992), because slow weeks come together:
holidays, a new guideline, a hard batch. Weeks drawn one by one would promise a far too narrow range. Nor do a few
weeks tell the team's level: each draw errs about it in all of its weeks alike (`level_error`). No model of throughput
is assumed beyond that the weeks to come resemble those of the history: a team that grows or shrinks is outside of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashboard.estimates.contract import Refusal

if TYPE_CHECKING:
    import numpy as np

    from dashboard.estimates.terms import Reals

LEAST_WEEKS = 6
BLOCK = 4  # weeks
MOST_ALIKE = 0.8  # autocorrelation; a few weeks cannot tell more than that from a trend
LEAST_FREEDOM = 2.0
FURTHEST = 260  # weeks ahead: five years; what is not done by then is "not within five years"
FRIDAY = 4


@dataclass(frozen=True)
class Finish:
    """The last working day of the week in which the backlog is done; None where it is not within five years.

    `p10` is early: in 10 % of the draws it is done by then. `weeks_used` are the weeks drawn from.
    """

    p10: date | None
    p50: date | None
    p90: date | None
    per_week: tuple[float, float, float]  # P10, P50, P90 of items a week, over weeks
    weeks_used: int
    draws: int
    seed: int


@dataclass(frozen=True)
class Heads:
    """People needed to be done by a date: `even` in half of the draws, `likely` in 80 %, `sure` in 90 %."""

    even: int
    likely: int
    sure: int
    weeks: int
    per_person: tuple[float, float, float]  # P10, P50, P90 of items a person and week, over weeks
    weeks_used: int


def finish_date(
    history: Reals, remaining: float, first_on: date, *, arriving: float = 0.0, draws: int = 2000, seed: int
) -> Finish | Refusal:
    """Return when `remaining` items are done by a team that goes on as in `history` (items a complete week, in order).

    `first_on` is the Monday of the first week to come; `arriving` items are added to the backlog every week.
    """
    import numpy as np

    refused = too_few(history)
    if refused:
        return refused
    weeks = resampled(history, FURTHEST, draws, np.random.default_rng(seed))
    done = np.cumsum(weeks - arriving, axis=1) >= remaining
    # What arrives is worked off in the same week or waits: the backlog is done when nothing is left at a week's end.
    when = np.where(done.any(axis=1), done.argmax(axis=1), FURTHEST)
    ends = [int(np.quantile(when, share, method="higher")) for share in (0.1, 0.5, 0.9)]
    p10, p50, p90 = (first_on + timedelta(weeks=end, days=FRIDAY) if end < FURTHEST else None for end in ends)
    low, middle, high = (float(value) for value in np.quantile(history, (0.1, 0.5, 0.9)))
    return Finish(p10, p50, p90, (low, middle, high), len(history), draws, seed)


def head_count(
    per_person: Reals, remaining: float, weeks: int, *, arriving: float = 0.0, draws: int = 2000, seed: int
) -> Heads | Refusal:
    """Return how many people finish `remaining` items within `weeks` weeks, working as those of the past.

    `per_person`: items a person and complete week, in order; `arriving`: items added every week. New people are taken
    to work like those there already, from the first day: a team that hires needs more.
    """
    import numpy as np

    refused = too_few(per_person)
    if refused:
        return refused
    if weeks < 1:
        return Refusal("The date lies within this week.", "A date at least a week away.")
    each = resampled(per_person, weeks, draws, np.random.default_rng(seed)).sum(axis=1)
    work = remaining + arriving * weeks
    needed = [_people(work, float(np.quantile(each, 1 - share))) for share in (0.5, 0.8, 0.9)]
    if None in needed:
        return Refusal(
            "In so many of the past weeks nothing was labeled that no number of people is enough in all draws.",
            "A longer history, or a later date.",
        )
    low, middle, high = (float(value) for value in np.quantile(per_person, (0.1, 0.5, 0.9)))
    even, likely, sure = (int(people or 0) for people in needed)
    return Heads(even, likely, sure, weeks, (low, middle, high), len(per_person))


def _people(work: float, each: float) -> int | None:
    return math.ceil(work / each - 1e-9) if each > 0 else None


def resampled(history: Reals, weeks: int, draws: int, rng: np.random.Generator) -> Reals:
    """Return weeks to come (draws x weeks), blocks of past weeks one after another, the last joined to the first.

    Every draw is multiplied by one factor, exp(error x t): how far the level of the history may be off.
    """
    import numpy as np

    error, freedom = level_error(history)
    level = np.exp(error * rng.standard_t(freedom, size=(draws, 1)))
    blocks = -(-weeks // BLOCK)
    starts = rng.integers(0, len(history), size=(draws, blocks, 1))
    places = (starts + np.arange(BLOCK)) % len(history)
    drawn: Reals = np.asarray(history, dtype=float)[places].reshape(draws, -1)[:, :weeks]
    return level * drawn


def level_error(history: Reals) -> tuple[float, float]:
    """Return the relative standard error of the mean week, and its degrees of freedom.

    sd / mean / sqrt(n'), where n' = n (1 - r) / (1 + r) is what n weeks with autocorrelation r are worth (Bayley and
    Hammersley, 1946); r at a lag of one week, corrected for few weeks, (n r + 1) / (n - 3) (Marriott and Pope, 1954),
    within 0 and `MOST_ALIKE`. The mean of the history must not be zero.
    """
    import numpy as np

    weeks = len(history)
    apart = np.asarray(history, dtype=float) - np.mean(history)
    squares = float(apart @ apart)
    if squares == 0:
        return 0.0, weeks - 1.0
    alike = (weeks * float(apart[1:] @ apart[:-1]) / squares + 1) / (weeks - 3)
    alike = min(max(alike, 0.0), MOST_ALIKE)
    worth = weeks * (1 - alike) / (1 + alike)
    error = math.sqrt(squares / (weeks - 1) / worth) / float(np.mean(history))
    return error, max(worth - 1, LEAST_FREEDOM)


def too_few(history: Reals) -> Refusal | None:
    """Return why a history is too short to go by, or None."""
    if len(history) < LEAST_WEEKS:
        return Refusal(
            f"Velocity is known for {len(history)} complete weeks only.",
            f"{LEAST_WEEKS - len(history)} more complete weeks of labeling.",
        )
    if not sum(history):
        return Refusal("Nothing was labeled in the weeks that are known.", "Weeks in which labels are made.")
    return None
