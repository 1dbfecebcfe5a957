"""Intervals of shares: worked by hand, and between 0 and 1 where the log odds end."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from dashboard.inference.shares import estimate_two_way_bounds


def test_two_people_and_two_weeks_are_worked_by_hand() -> None:
    # Share 20 / 40 = 0.5; residuals 3, 1, -2, -2; people +4 and -4, weeks +1 and -1.
    low, high = estimate_two_way_bounds(np.array([[8.0, 6.0], [3.0, 3.0]]), np.full((2, 2), 10.0))
    by_person, by_week, by_cell = 2 * 32, 2 * 2, 18 * 4 / 3
    error = math.sqrt(max(by_person, by_person + by_week - by_cell)) / 40 / 0.25
    reach = float(stats.t.ppf(0.975, 1)) * error
    assert low == pytest.approx(1 / (1 + math.exp(reach)))
    assert high == pytest.approx(1 / (1 + math.exp(-reach)))


@pytest.mark.parametrize("share", [0.0, 1.0, 0.25])
def test_people_and_weeks_all_alike_leave_no_doubt(share: float) -> None:
    wholes = np.full((3, 4), 8.0)
    assert estimate_two_way_bounds(share * wholes, wholes) == (share, share)


def test_bounds_stay_between_none_and_all() -> None:
    low, high = estimate_two_way_bounds(np.array([[10.0, 0.0], [0.0, 0.1]]), np.full((2, 2), 10.0))
    assert 0 <= low < 0.25 < high <= 1
