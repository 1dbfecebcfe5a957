"""What the estimate says of logs whose times or choices are not fair to one of the arms."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.idle_time import estimate_correction_effect
from tests.bench.unfair_logs import simulate_two_peaks, simulate_wide_spread

SEEDS = (1, 2, 3)


@pytest.mark.parametrize(("assisted_share", "correction"), [(0.3, 1.1), (0.3, 2.5), (0.8, 1.1), (0.8, 2.5)])
def test_corrected_suggestions_are_work_and_not_idle_time(assisted_share: float, correction: float) -> None:
    errors = []
    for seed in SEEDS:
        log = simulate_two_peaks(seed, assisted_share=assisted_share, correction=correction)
        share = estimate_savings(log.labels, rollouts={}).share
        assert share
        errors.append(share.value - log.saving)
    assert abs(np.mean(errors)) < 0.06


def test_times_that_vary_more_with_assistance_are_not_cut_shorter() -> None:
    logs = [simulate_wide_spread(seed) for seed in SEEDS]
    estimates = [estimate_savings(log.labels, rollouts={}) for log in logs]
    assert all(estimate.idle["share"][1] < 0.002 for estimate in estimates)


def test_accepting_in_half_a_second_is_work() -> None:
    log = simulate_two_peaks(1)
    is_quick = pl.col("assisted") & (pl.col("label") % 3 == 0)
    labels = log.labels.with_columns(seconds=pl.when(is_quick).then(0.5).otherwise("seconds"))
    assert estimate_savings(labels, rollouts={}).idle["dropped"][1] <= 2


def test_the_effect_of_corrections_is_that_of_the_slow_labels() -> None:
    assert estimate_correction_effect(np.array([-3.0, -3.0, -3.0, 0.8, 0.9, 1.0]), 0.5) == pytest.approx(0.9)
    assert estimate_correction_effect(np.array([-3.0]), 0.5) == 0.0
