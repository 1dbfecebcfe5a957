"""When a backlog is done, and how many people it takes by a date, from the team's own weeks.

Past weeks are drawn in blocks (circular block bootstrap; Politis and Romano, 1992), because slow weeks cluster:
holidays, a new guideline, a hard batch. Weeks drawn one by one would give a far too narrow range. A few weeks do not
settle the team's mean either, so each draw shifts all of its weeks by one random error of it. The only assumption is
that future weeks resemble past ones: a team that grows or shrinks is not covered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashboard.errors import Cause, Unavailable
from dashboard.inference.draws import MINIMUM_WEEKS, resample_weeks

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

HORIZON_WEEKS = 260  # weeks ahead: five years; later is "not within five years"
FRIDAY = 4


@dataclass(frozen=True)
class FinishForecast:
    """The last working day of the week in which the backlog is done; None where it is not within five years.

    `p10` is early: 10 % of the draws are done by then. `weeks_used` counts the past weeks drawn from.
    """

    p10: date | None
    p50: date | None
    p90: date | None
    per_week: tuple[float, float, float]  # P10, P50, P90 of items per week, over weeks
    weeks_used: int
    draws: int
    seed: int


@dataclass(frozen=True)
class HeadCount:
    """People needed to finish by a date: `even` in half of the draws, `likely` in 80 %, `sure` in 90 %."""

    even: int
    likely: int
    sure: int
    weeks: int
    per_person: tuple[float, float, float]  # P10, P50, P90 of items per person and week, over weeks
    weeks_used: int


def estimate_finish_date(
    history: Reals, remaining: float, first_on: date, *, arriving: float = 0.0, draws: int = 2000, seed: int
) -> FinishForecast | Unavailable:
    """Return when a team that goes on as in `history` (items per complete week, in order) has done `remaining` items.

    `first_on` is the Monday of the first future week; `arriving` items join the backlog every week.
    """
    import numpy as np

    unavailable = check_history(history)
    if unavailable:
        return unavailable
    weeks = resample_weeks(history, HORIZON_WEEKS, draws, np.random.default_rng(seed))
    done = np.cumsum(weeks - arriving, axis=1) >= remaining
    # New items are done in the same week or wait: the backlog is done when none remain at a week's end.
    done_weeks = np.where(done.any(axis=1), done.argmax(axis=1), HORIZON_WEEKS)
    finish_weeks = [int(np.quantile(done_weeks, share, method="higher")) for share in (0.1, 0.5, 0.9)]
    p10, p50, p90 = (
        first_on + timedelta(weeks=week, days=FRIDAY) if week < HORIZON_WEEKS else None for week in finish_weeks
    )
    low, middle, high = (float(value) for value in np.quantile(history, (0.1, 0.5, 0.9)))
    return FinishForecast(p10, p50, p90, (low, middle, high), len(history), draws, seed)


def estimate_head_count(
    per_person: Reals, remaining: float, weeks: int, *, arriving: float = 0.0, draws: int = 2000, seed: int
) -> HeadCount | Unavailable:
    """Return how many people finish `remaining` items within `weeks` weeks, at the speed of past weeks.

    `per_person`: items per person and complete week, in order; `arriving`: items added every week. New people are
    assumed to work like the present ones from the first day: a team that hires needs more.
    """
    import numpy as np

    unavailable = check_history(per_person)
    if unavailable:
        return unavailable
    if weeks < 1:
        return Unavailable("The date lies within this week.", "A date at least a week away.", Cause.out_of_reach)
    person_totals = resample_weeks(per_person, weeks, draws, np.random.default_rng(seed)).sum(axis=1)
    work = remaining + arriving * weeks
    needed = [_count_needed_people(work, float(np.quantile(person_totals, 1 - share))) for share in (0.5, 0.8, 0.9)]
    if None in needed:
        return Unavailable(
            "Nothing was labeled in too many of the past weeks: no number of people is enough in all draws.",
            "A longer history, or a later date.",
            Cause.too_little_data,
        )
    low, middle, high = (float(value) for value in np.quantile(per_person, (0.1, 0.5, 0.9)))
    even, likely, sure = (int(people or 0) for people in needed)
    return HeadCount(even, likely, sure, weeks, (low, middle, high), len(per_person))


def _count_needed_people(work: float, per_person: float) -> int | None:
    return math.ceil(work / per_person - 1e-9) if per_person > 0 else None


def check_history(history: Reals) -> Unavailable | None:
    """Return why a history is too short or empty, or None."""
    if len(history) < MINIMUM_WEEKS:
        return Unavailable(
            f"Velocity is known for {len(history)} complete weeks only.",
            f"{MINIMUM_WEEKS - len(history)} more complete weeks of labeling.",
            Cause.too_little_data,
        )
    if not sum(history):
        return Unavailable(
            "Nothing was labeled in the weeks that are known.", "Weeks in which labels are made.", Cause.too_little_data
        )
    return None
