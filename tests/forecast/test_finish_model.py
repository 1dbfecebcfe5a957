"""When a backlog is done and how many people it takes: by hand where nothing varies, by simulation where it does."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.errors import Unavailable
from dashboard.forecast.model.finish import (
    FinishForecast,
    HeadCount,
    estimate_finish_date,
    estimate_head_count,
)
from dashboard.inference.draws import estimate_level_error

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)


def finish(history: object, remaining: float, **more: float) -> FinishForecast:
    """Return a finish date that must not be refused."""
    found = estimate_finish_date(np.array(history, dtype=float), remaining, MONDAY, seed=1, **more)  # type: ignore[arg-type]
    assert isinstance(found, FinishForecast)
    return found


def heads(history: object, remaining: float, weeks: int) -> HeadCount:
    """Return a head count that must not be refused."""
    found = estimate_head_count(np.array(history, dtype=float), remaining, weeks, seed=1)
    assert isinstance(found, HeadCount)
    return found


def test_a_steady_team_is_done_in_the_week_worked_out() -> None:
    found = finish([100.0] * 8, 250)
    assert (found.p10, found.p50, found.p90) == (FRIDAY + timedelta(weeks=2),) * 3
    assert finish([100.0] * 8, 100).p50 == FRIDAY
    assert finish([100.0] * 8, 250, arriving=50).p50 == FRIDAY + timedelta(weeks=4)


def test_a_backlog_that_grows_faster_than_the_work_is_never_done() -> None:
    found = finish([100.0] * 8, 250, arriving=120)
    assert (found.p10, found.p90) == (None, None)


def test_unsteady_weeks_give_a_range_and_slow_weeks_that_come_together_a_wider_one() -> None:
    alternating = finish([40.0, 160.0] * 8, 2000)
    together = finish([40.0] * 8 + [160.0] * 8, 2000)
    days = [(found.p90 or MONDAY) - (found.p10 or MONDAY) for found in (alternating, together)]
    assert timedelta(0) <= days[0] < days[1]


@pytest.mark.parametrize(
    ("weeks", "alike", "ahead"), [(6, 0.0, 12), (6, 0.0, 26), (8, 0.3, 12), (26, 0.0, 4), (26, 0.3, 26)]
)
def test_the_range_holds_the_truth_about_as_often_as_it_says(weeks: int, alike: float, ahead: int) -> None:
    roll = np.random.default_rng(5)
    inside = 0
    for _ in range(150):
        came = np.exp(worlds(roll, weeks + 200, alike)) * 100
        done = FRIDAY + timedelta(weeks=int(np.argmax(np.cumsum(came[weeks:]) >= 100 * ahead)))
        found = finish(came[:weeks], 100 * ahead, draws=400)
        inside += (found.p10 or date.max) <= done <= (found.p90 or date.max)
    assert 0.7 <= inside / 150 <= 0.97


def worlds(roll: np.random.Generator, weeks: int, alike: float) -> NDArray[np.float64]:
    """Return log throughput of weeks with autocorrelation `alike` and a spread of 0.4."""
    values = roll.normal(0, 0.4, weeks)
    for at in range(1, weeks):
        values[at] = alike * values[at - 1] + (1 - alike**2) ** 0.5 * values[at]
    return values


def test_the_error_of_the_level_is_that_of_the_mean_of_weeks_that_are_not_alike() -> None:
    weeks = np.array([80.0, 120.0] * 8)  # correlated below zero: not taken to be worth more than 16 weeks
    error, freedom = estimate_level_error(weeks)
    assert error == pytest.approx(weeks.std(ddof=1) / 100 / 4)
    assert freedom == 15
    assert estimate_level_error(np.full(9, 40.0)) == (0.0, 8)


def test_weeks_that_are_alike_tell_less_of_the_level() -> None:
    together = np.array([80.0] * 8 + [120.0] * 8)
    error, freedom = estimate_level_error(together)
    apart = 20.0
    alike = min((16 * (14 * apart**2 - apart**2) / (16 * apart**2) + 1) / 13, 0.8)
    worth = 16 * (1 - alike) / (1 + alike)
    assert error == pytest.approx((16 * apart**2 / 15 / worth) ** 0.5 / 100)
    assert freedom == max(worth - 1, 2.0)


def test_a_short_history_of_the_same_weeks_gives_a_wider_range() -> None:
    pattern = [60.0, 140.0, 90.0, 110.0, 70.0, 130.0]
    short, long = finish(pattern, 3000), finish(pattern * 6, 3000)
    assert (short.p90 or date.max) - (short.p10 or MONDAY) > (long.p90 or date.max) - (long.p10 or MONDAY)


@pytest.mark.parametrize("history", [[100.0] * 5, [], [0.0] * 9])
def test_too_little_to_go_by_is_refused(history: list[float]) -> None:
    found = estimate_finish_date(np.array(history), 100, MONDAY, seed=1)
    assert isinstance(found, Unavailable)
    assert found.needed


def test_head_count_is_rounded_up_and_grows_with_certainty() -> None:
    found = heads([50.0] * 10, 1001, 5)
    assert (found.even, found.likely, found.sure) == (5, 5, 5)
    assert heads([50.0] * 10, 1000, 5).even == 4
    loose = heads([20.0, 90.0, 60.0, 30.0, 70.0, 40.0, 55.0], 2000, 6)
    assert loose.even <= loose.likely <= loose.sure
    assert loose.even < loose.sure


def test_a_date_in_this_week_is_refused() -> None:
    assert isinstance(estimate_head_count(np.full(8, 50.0), 100, 0, seed=1), Unavailable)


def test_the_same_seed_gives_the_same_dates() -> None:
    assert finish([30.0, 60.0, 90.0, 40.0, 80.0, 20.0], 700) == finish([30.0, 60.0, 90.0, 40.0, 80.0, 20.0], 700)


@pytest.mark.parametrize(("growth", "direction"), [(-0.03, -1), (0.03, 1)])
def test_a_team_that_slows_down_or_speeds_up_is_done_later_or_sooner(growth: float, direction: int) -> None:
    wobble = np.tile([1.05, 0.95, 1.0], 9)[:26]
    trending = 100 * np.exp(growth * (np.arange(26) - 25)) * wobble
    forecast = estimate_finish_date(trending, 1200, date(2026, 6, 1), seed=1)
    level = estimate_finish_date(100 * wobble, 1200, date(2026, 6, 1), seed=1)
    assert not isinstance(forecast, Unavailable)
    assert not isinstance(level, Unavailable)
    assert level.trend is None
    assert forecast.trend == pytest.approx(growth, abs=0.005)
    assert forecast.p50
    assert level.p50
    assert (level.p50 - forecast.p50).days * direction > 0
