"""When a backlog is done, and how many people it takes by a date, from the team's own weeks.

Past weeks are drawn in blocks (circular block bootstrap; Politis and Romano, 1992), because slow weeks cluster:
holidays, a new guideline, a hard batch. Weeks drawn one by one would give a far too narrow range. A few weeks do not
settle the team's mean either, so each draw shifts all of its weeks by one random error of it. The draws go on
along the trend of the weekly pace for as many weeks as it was seen, each with its own slope. A trend is believed as
far as it stands out from its error (t^2 / (1 + t^2) of it): hardly where it does not, and fully where it is clear.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashboard.errors import Cause, Unavailable
from dashboard.inference.draws import MINIMUM_WEEKS, resample_weeks
from dashboard.inference.trends import estimate_drift

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

HORIZON_WEEKS = 260  # weeks ahead: five years; later is "not within five years"
FRIDAY = 4
ROUNDING = 1e-9  # a smaller trend is none
NORMAL_P975 = 1.959963984540054


@dataclass(frozen=True)
class FinishForecast:
    """The last working day of the week in which the backlog is done; None where it is not within five years.

    `p10` is early: 10% of the draws are done by then. `weeks_used` counts the past weeks drawn from.
    """

    p10: date | None
    p50: date | None
    p90: date | None
    per_week: tuple[float, float, float]  # P10, P50, P90 of items per week, over weeks
    weeks_used: int
    draws: int
    seed: int
    trend: float | None = None  # change of the pace per week, as a share; None where there is no trend


@dataclass(frozen=True)
class PaceTrend:
    """Change per week of the logarithm of the items per week, as far as it is believed, with its standard error.

    `observed` is the change itself; `is_clear`: its interval leaves out 0.
    """

    slope: float
    error: float
    observed: float
    weeks: int
    is_clear: bool


@dataclass(frozen=True)
class HeadCount:
    """People needed to finish by a date: `even` in half of the draws, `likely` in 80%, `sure` in 90%."""

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
    trend = find_pace_trend(history)
    weeks = draw_weeks_ahead(history, trend, draws, seed)
    done = np.cumsum(weeks - arriving, axis=1) >= remaining
    # New items are done in the same week or wait: the backlog is done when none remain at a week's end.
    done_weeks = np.where(done.any(axis=1), done.argmax(axis=1), HORIZON_WEEKS)
    finish_weeks = [int(np.quantile(done_weeks, share, method="higher")) for share in (0.1, 0.5, 0.9)]
    p10, p50, p90 = (
        first_on + timedelta(weeks=week, days=FRIDAY) if week < HORIZON_WEEKS else None for week in finish_weeks
    )
    low, middle, high = (float(value) for value in np.quantile(history, (0.1, 0.5, 0.9)))
    share = math.expm1(trend.observed) if trend and trend.is_clear else None
    return FinishForecast(p10, p50, p90, (low, middle, high), len(history), draws, seed, share)


def find_pace_trend(history: Reals) -> PaceTrend | None:
    """Return the trend of the weekly pace, or None where there is none or too few weeks with work."""
    import numpy as np

    weeks = np.flatnonzero(history > 0)
    drift = estimate_drift(weeks.astype(float), np.log(history[weeks])) if weeks.size else None
    if drift is None or abs(drift.value) < ROUNDING:
        return None
    span = float(weeks[-1] - weeks[0])
    observed, error = drift.value / span, (drift.high - drift.low) / 2 / NORMAL_P975 / span
    belief = observed**2 / (observed**2 + error**2)
    is_clear = not drift.low <= 0 <= drift.high
    return PaceTrend(observed * belief, error * math.sqrt(belief), observed, len(history), is_clear)


def draw_weeks_ahead(history: Reals, trend: PaceTrend | None, draws: int, seed: int) -> Reals:
    """Return the items of the weeks ahead (draws x weeks): past weeks resampled, along the trend so far believed."""
    import numpy as np

    rng = np.random.default_rng(seed)
    if trend is None:
        return resample_weeks(history, HORIZON_WEEKS, draws, rng)
    behind = np.arange(len(history))[::-1]
    weeks = resample_weeks(history * np.exp(trend.slope * behind), HORIZON_WEEKS, draws, rng)
    slopes = trend.slope + trend.error * rng.standard_normal(draws)[:, None]
    ahead = np.minimum(np.arange(1, HORIZON_WEEKS + 1), trend.weeks)
    # A steeper line through the same middle of the past also begins higher or lower.
    return np.asarray(weeks * np.exp(slopes * ahead + (slopes - trend.slope) * behind.mean()), dtype=np.float64)


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
