"""Break-even, present value and the adoption dip, on cases worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.forecast.model.payback import estimate_break_even, estimate_present_value
from dashboard.forecast.payback import describe_payback

MONDAY = date(2026, 11, 23)


def past(*gains: float) -> list[tuple[date, float]]:
    """Return measured weeks that end just before MONDAY."""
    return [(MONDAY - timedelta(weeks=len(gains) - step), gain) for step, gain in enumerate(gains)]


def test_steady_gain_pays_setup_back_in_the_week_worked_out() -> None:
    found = estimate_break_even(np.full((100, 10), 4.0), MONDAY, setup=10.0)
    assert (found.p10, found.p50, found.p90) == (MONDAY + timedelta(weeks=2),) * 3
    assert found.probability == 1.0
    assert describe_payback(found, found, "hours").startswith(">99% of simulated outcomes pay back within 10 weeks: ")
    assert (found.balance, found.lowest, found.lowest_on) == (-10.0, -10.0, None)


def test_what_was_paid_back_already_is_a_measured_date() -> None:
    found = estimate_break_even(np.full((50, 8), -1.0), MONDAY, past=past(-2.0, 7.0, -4.0, 6.0, 5.0), setup=4.0)
    # Sums after setup: -6, 1, -3, 3, 8: above nothing for good since the fourth week.
    assert found.measured_on == MONDAY - timedelta(weeks=2)
    assert (found.p50, found.probability, found.balance) == (None, 1.0, 8.0)
    assert (found.lowest, found.lowest_on) == (-6.0, MONDAY - timedelta(weeks=5))


def test_half_the_draws_may_never_pay_back() -> None:
    ahead = np.concatenate([np.full((60, 4), 5.0), np.full((40, 4), -5.0)])
    found = estimate_break_even(ahead, MONDAY, setup=12.0)
    assert found.probability == pytest.approx(0.6)
    assert found.p50 == MONDAY + timedelta(weeks=2)
    assert found.p90 is None


def test_what_always_costs_never_breaks_even() -> None:
    found = estimate_break_even(np.full((10, 6), -3.0), MONDAY, past=past(-1.0, -1.0), setup=5.0)
    assert (found.probability, found.p10, found.measured_on) == (0.0, None, None)
    assert describe_payback(found, found, "hours").startswith("<1% of simulated outcomes pay back within 6 weeks; ")
    assert found.lowest == -25.0
    assert found.lowest_on == MONDAY + timedelta(weeks=5)


@given(st.lists(st.floats(-50, 50), max_size=12), st.floats(0, 80), st.integers(1, 20), st.integers(0, 99))
def test_dates_are_in_order_and_agree_with_the_probability(
    gains: list[float], setup: float, weeks: int, seed: int
) -> None:
    ahead = np.random.default_rng(seed).normal(2, 10, (64, weeks))
    found = estimate_break_even(ahead, MONDAY, past=past(*gains), setup=setup)
    dates = [found.p10, found.p50, found.p90]
    known = [day for day in dates if day is not None]
    assert known == sorted(known)
    assert dates[: len(known)] == known
    assert found.lowest <= found.balance + 1e-9
    if found.measured_on is None:
        assert (found.p50 is not None) == (found.probability >= 0.5) or abs(found.probability - 0.5) < 0.02


def test_present_value_is_the_closed_form() -> None:
    weeks, rate, gain = 52, 0.01, 100.0
    worth = estimate_present_value(np.full((10, weeks), gain), rate, setup=500.0)
    step = (1 + rate) ** (-1 / 4.345)
    assert worth.value.value == pytest.approx(gain * step * (1 - step**weeks) / (1 - step) - 500.0)
    assert worth.value.low == pytest.approx(worth.value.high)
    assert worth.probability == 1.0


def test_without_a_rate_the_present_value_is_the_sum() -> None:
    ahead = np.array([[1.0, 2.0], [3.0, -10.0]])
    worth = estimate_present_value(ahead, 0.0)
    assert worth.value.value == pytest.approx(-2.0)
    assert worth.probability == 0.5
    with pytest.raises(ValueError, match="rate"):
        estimate_present_value(ahead, -1.0)


def test_nothing_spent_is_nothing_and_not_less_than_nothing() -> None:
    found = estimate_break_even(np.ones((4, 3)), MONDAY)
    assert f"{found.balance:g} {found.lowest:g}" == "0 0"
