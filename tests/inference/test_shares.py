"""Intervals of shares: worked by hand, and between 0 and 1 where the log odds end."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from simulated_shares import reviewed_team

from dashboard.inference.shares import estimate_clustered_bounds, estimate_two_way_bounds


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


def test_labels_of_two_people_have_no_bounds_and_of_three_who_agree_those_of_their_labels() -> None:
    assert estimate_clustered_bounds(np.array([8.0, 9.0]), np.array([10.0, 10.0])) is None
    bounds = estimate_clustered_bounds(np.full(3, 10.0), np.full(3, 10.0))
    assert bounds == pytest.approx((30 / (30 + 1.959964**2), 1.0))  # Wilson's for 30 of 30


@pytest.mark.parametrize("labels", [50, 1000])
def test_bounds_of_labels_cover_where_people_differ(labels: int) -> None:
    covered = plain = 0
    for seed in range(200):
        accepted, reviewed = reviewed_team(seed, labels, 0.9, 0.05).T.astype(float)
        low, high = estimate_clustered_bounds(accepted, reviewed) or (1.0, 0.0)
        covered += low <= 0.9 <= high
        share = accepted.sum() / reviewed.sum()
        plain += abs(share - 0.9) <= 1.96 * math.sqrt(share * (1 - share) / reviewed.sum())
    assert covered >= 180
    assert plain < covered  # labels taken as independent
