"""A drift of weekly values: exact without noise, the textbook's interval, and a fair one where weeks cling."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from simulated_shares import clinging_weeks

from dashboard.inference.trends import estimate_drift


def test_a_straight_line_is_its_own_answer() -> None:
    weeks = np.arange(10.0)
    found = estimate_drift(weeks, 0.2 + 0.03 * weeks)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.27, 0.27, 0.27))


def test_without_likeness_it_is_the_textbooks_interval() -> None:
    weeks = np.arange(12.0)
    values = 0.5 + np.array([1, -1] * 6) * 0.05 + 0.01 * weeks  # residuals that change sign: no likeness
    found = estimate_drift(weeks, values)
    line = stats.linregress(weeks, values)
    reach = stats.t.ppf(0.975, 10) * line.stderr
    assert found is not None
    ends = ((line.slope - reach) * 11, (line.slope + reach) * 11)
    assert (found.low, found.high) == pytest.approx(ends)
    assert found.value == pytest.approx(line.slope * 11)


def test_missing_weeks_keep_their_place() -> None:
    weeks = np.array([0.0, 1, 2, 3, 10, 11, 12, 13])
    found = estimate_drift(weeks, 2 * weeks)
    assert found is not None
    assert found.value == pytest.approx(26.0)


def test_too_few_weeks_and_weeks_that_are_all_alike_have_none() -> None:
    assert estimate_drift(np.arange(7.0), np.arange(7.0)) is None
    assert estimate_drift(np.arange(30.0), (np.arange(30.0) - 15) ** 2) is None


def test_the_interval_covers_where_weeks_cling_to_the_last() -> None:
    random = np.random.default_rng(7)
    inside = plain = told = 0
    for _ in range(400):
        noise = np.zeros(26)
        shocks = random.normal(size=26)
        noise[0] = shocks[0]
        for week in range(1, 26):
            noise[week] = 0.5 * noise[week - 1] + shocks[week]
        found = estimate_drift(np.arange(26.0), noise)
        line = stats.linregress(np.arange(26.0), noise)
        plain += abs(line.slope) <= stats.t.ppf(0.975, 24) * line.stderr
        if found is not None:
            told += 1
            inside += found.low <= 0 <= found.high
    assert told > 380
    assert inside / told > 0.88  # 95 % are wanted; the likeness of 26 weeks is itself estimated too low
    assert inside / told > plain / 400 + 0.05


@pytest.mark.parametrize(("likeness", "alarms"), [(0.4, 28), (0.7, 40)])
def test_weeks_that_cling_are_rarely_called_a_trend(likeness: float, alarms: int) -> None:
    drifts = [estimate_drift(np.arange(13.0), clinging_weeks(seed, 13, likeness)) for seed in range(400)]
    assert sum(drift is not None and not drift.low <= 0 <= drift.high for drift in drifts) <= alarms
    assert sum(drift is not None for drift in drifts) > 200
