"""What the estimate says of logs whose times or choices are not fair to one of the arms."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from dashboard.inference.contract import CAPPED_CHECK
from dashboard.savings.fits import AutomationEstimate
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.bounds import transfer_strength
from dashboard.savings.model.idle_time import estimate_correction_effect
from dashboard.savings.model.recorded_times import find_time_cap
from dashboard.savings.net_hours import AutomationResult, SetupCost
from dashboard.savings.words import explain_missing_hours
from tests.bench.unfair_logs import (
    UnfairLog,
    simulate_capped,
    simulate_capped_corrections,
    simulate_choice,
    simulate_only_accepted_timed,
    simulate_two_peaks,
    simulate_untimed,
    simulate_wide_spread,
)
from tests.simulated_log import DAYS, START, simulate

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


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("pull", "effect"), [(1.0, 1.0), (1.0, 0.9), (-1.0, 1.0)])
def test_a_choice_of_items_proves_neither_a_saving_nor_a_loss(seed: int, pull: float, effect: float) -> None:
    estimate = estimate_savings(simulate_choice(seed, pull=pull, effect=effect).labels, rollouts={})
    assert estimate.unseen
    assert estimate.unseen.share.low < 0 < estimate.unseen.share.high
    assert estimate.bounds is None


@pytest.mark.parametrize(("seed", "effect"), [(9000, 0.9), (9005, 0.9), (9000, 1.1)])
def test_a_choice_of_items_that_hides_a_saving_is_not_told_as_chance(seed: int, effect: float) -> None:
    log = simulate_choice(seed, pull=1.0 if effect < 1 else -1.0, effect=effect)
    result = judge_log(log.labels)
    assert result.estimate.savings
    assert result.estimate.savings.share
    assert result.state == "direction not established"
    assert result.hours is None
    reason = explain_missing_hours(result)[0]
    if result.estimate.savings.share.low < 0 < result.estimate.savings.share.high:
        assert reason.startswith("Neither a saving nor a loss is established.")
    assert "Allowing for that, the assisted labels took between" in reason


def test_items_that_nobody_chose_leave_a_difference_that_may_be_chance() -> None:
    assert judge_log(simulate("S0", 9000, effect=1.0).labels).state == "no clear difference"


def judge_log(labels: pl.DataFrame) -> AutomationResult:
    """Return the result of an automation without costs."""
    savings = estimate_savings(labels, rollouts={})
    estimate = AutomationEstimate(
        "drafts", "", ("reviews",), savings, savings.refused, savings.saved, 1.0, (), savings.n
    )
    return AutomationResult(estimate, SetupCost(), "not confirmed")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("pull", "effect", "noise"), [(-1.0, 1.0, 2.0), (-1.0, 1.15, 1.5), (1.5, 0.95, 1.0)])
def test_a_weak_measure_of_difficulty_proves_neither(seed: int, pull: float, effect: float, noise: float) -> None:
    labels = simulate_choice(seed, pull=pull, effect=effect).labels
    blur = np.random.default_rng(seed).normal(0, noise, labels.height)
    estimate = estimate_savings(labels.with_columns(pl.col("proxy") + pl.Series(blur)), rollouts={})
    saved = estimate.bounds or (estimate.unseen and estimate.unseen.share)
    assert saved
    assert saved.low < 1 - effect < saved.high
    assert saved.low < 0 < saved.high


def test_a_weak_measure_leaves_a_saving_of_items_that_nobody_chose() -> None:
    labels = simulate_choice(1, pull=0.0, effect=0.65).labels
    blur = np.random.default_rng(1).normal(0, 2, labels.height)
    estimate = estimate_savings(labels.with_columns(pl.col("proxy") + pl.Series(blur)), rollouts={})
    assert estimate.unseen
    assert estimate.unseen.share.low > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_measure_of_difficulty_there_are_bounds(seed: int) -> None:
    log = simulate_choice(seed, pull=-1.0, proxy=False)
    bounds = estimate_savings(log.labels, rollouts={}).bounds
    assert bounds
    assert bounds.low < log.saving < bounds.high


def test_a_measure_that_says_nothing_of_the_time_is_none() -> None:
    log = simulate_choice(1, pull=-1.0)
    noise = np.random.default_rng(1).normal(size=log.labels.height)
    assert estimate_savings(log.labels.with_columns(proxy=pl.Series(noise)), rollouts={}).bounds


def test_long_times_of_one_arm_make_a_range_of_both_readings() -> None:
    log = simulate_wide_spread(1, spread=0.45)
    is_long = ~pl.col("assisted") & (pl.col("label") % 12 == 0)
    labels = log.labels.with_columns(seconds=pl.when(is_long).then(3000.0).otherwise("seconds"))
    bounds = estimate_savings(labels, rollouts={}).bounds
    assert bounds
    assert "look idle" in bounds.reason
    assert bounds.low < log.saving < bounds.high


def test_the_strength_of_a_covariate_carries_over_as_in_the_paper() -> None:
    # Cinelli and Hazlett (2020), Darfur, a confounder once as strong as "female": partial R2 of .0092 and .1246.
    with_origin, with_time = transfer_strength(0.00908, 0.10903)
    assert (with_origin, with_time) == pytest.approx((0.00916, 0.1246), abs=2e-4)


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (simulate_capped(1, at=60), "capped at"),
        (simulate_capped(1, at=80), "capped at"),
        (simulate_capped_corrections(1), "capped at"),
        (simulate_untimed(1, untimed=0.0, assisted_untimed=0.2), "20% of the assisted labels"),
        (simulate_untimed(1, untimed=0.35), "too many"),
        (simulate_only_accepted_timed(1), "depends on its suggestion"),
    ],
)
def test_times_that_are_missing_or_capped_on_one_side_allow_no_number(log: UnfairLog, words: str) -> None:
    refused = estimate_savings(log.labels, rollouts={}).refused
    assert refused
    assert words in refused.reason


def test_a_few_capped_times_by_hand_understates_the_saving_and_is_said() -> None:
    log = simulate_capped(1, at=94, effect=0.5)
    estimate = estimate_savings(log.labels, rollouts={})
    check = next(check for check in estimate.diagnostics if check.name == CAPPED_CHECK)
    assert estimate.share
    assert estimate.share.value < log.saving
    assert "the saving is understated" in check.words


def test_times_in_full_seconds_or_with_few_unknown_ones_are_neither_capped_nor_missing() -> None:
    labels = simulate_two_peaks(1).labels.with_columns(pl.col("seconds").round().clip(1))
    untimed = labels.with_columns(seconds=pl.when(pl.col("label") % 10 > 0).then("seconds"))
    for log in (labels, untimed):
        estimate = estimate_savings(log, rollouts={})
        assert estimate.share
        assert CAPPED_CHECK not in {check.name for check in estimate.diagnostics}


def test_a_cap_shows_in_the_time_of_labeling_although_reviews_are_added() -> None:
    labels = simulate_capped(1, at=60).labels
    reviewed = labels.with_columns(annotate_seconds="seconds", seconds=pl.col("seconds") + pl.col("label") % 97 / 10)
    assert estimate_savings(reviewed, rollouts={}).refused


def test_the_caps_of_two_projects_are_both_named_with_their_labels() -> None:
    logs = [simulate_capped(1, at=60).labels.with_columns(project=pl.lit(name)) for name in ("signs", "texts")]
    caps = [max(log.get_column("seconds")) for log in logs]
    logs[1] = logs[1].with_columns(seconds=pl.min_horizontal("seconds", pl.lit(caps[1]) - 1))
    cap = find_time_cap(pl.concat(logs).with_columns(annotate_seconds=pl.lit(None, pl.Float64)))
    assert cap
    assert f"capped at {caps[0] - 1:,.4g} or {caps[0]:,.4g} s: " in cap.describe()


def test_one_person_apart_is_no_group_to_compare_with() -> None:
    log = simulate("S4", 1)
    days = {f"p{person:02d}": START + timedelta(days=DAYS // 2) for person in range(9)}
    assert estimate_savings(log.labels, rollouts={**days, "p09": START + timedelta(days=50)}).grade == "C"


def test_a_hold_out_that_nobody_can_check_is_not_of_the_best_grade() -> None:
    labels = simulate("S2", 1, holdout=0.2).labels
    assert estimate_savings(labels, rollouts={}).grade == "A"
    unmeasured = labels.with_columns(proxy=pl.lit(None, pl.Float64))
    assert estimate_savings(unmeasured, rollouts={}).grade == "B"
