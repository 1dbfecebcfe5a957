"""Percentiles of simulated outcomes are those that their names say."""

from __future__ import annotations

import numpy as np

from dashboard.inference.draws import Percentiles, compute_percentiles, compute_total_percentiles


def test_percentiles_hold_eighty_percent_of_the_outcomes() -> None:
    assert compute_percentiles(np.arange(101.0)) == Percentiles(10, 50, 90)


def test_percentiles_of_a_sum_are_of_the_sum() -> None:
    weeks = np.column_stack([np.arange(101.0), np.arange(101.0)[::-1]])
    assert compute_total_percentiles(weeks) == Percentiles(100, 100, 100)
