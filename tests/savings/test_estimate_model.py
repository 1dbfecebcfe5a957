"""What the estimate claims on logs of known truth, and when it claims nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from simulated_log import START, Simulated, simulate

from dashboard.inference.cluster_scores import fit_poisson, fit_typical
from dashboard.inference.contract import LABEL_COLUMNS, SAVED_COLUMNS, Interval, SavingsEstimate
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.headline import estimate_hours_saved
from dashboard.savings.model.labels import build_terms, prepare_labels

SEEDS = (1, 2, 3)


def asked(log: Simulated) -> SavingsEstimate:
    """Return the estimate of a simulated log."""
    return estimate_savings(log.labels, rollouts=log.rollouts)


def flagged(found: SavingsEstimate) -> set[str]:
    """Return the names of the checks whose flag is up."""
    return {check.name for check in found.diagnostics if check.flag}


def value(found: SavingsEstimate, name: str) -> float | None:
    """Return the value of a check."""
    return next(check.value for check in found.diagnostics if check.name == name)


def raw(found: SavingsEstimate) -> float:
    """Return what a division of averages claims."""
    rows = found.strip.filter(pl.col("specification") == "raw ratio", pl.col("idle_rule") == "none")
    return float(rows["share"].item())


@pytest.mark.parametrize("scenario", ["S0", "S1", "S3", "S4", "S5", "S5b", "S6", "S6b"])
def test_the_interval_holds_the_truth_where_the_design_allows_an_answer(scenario: str) -> None:
    errors, covered = [], 0
    for seed in SEEDS:
        log = simulate(scenario, seed)
        found = asked(log)
        assert found.share
        errors.append(found.share.value - (1 - log.hours_ratio))
        covered += found.share.low <= 1 - log.hours_ratio <= found.share.high
    assert abs(np.mean(errors)) < 0.07
    assert covered >= 2


def test_the_raw_ratio_is_shown_to_be_wrong_where_it_is() -> None:
    for seed in SEEDS:
        assert "raw gap" in flagged(asked(simulate("S1", seed)))
        assert "raw gap" in flagged(asked(simulate("S3", seed)))
        assert "raw gap" not in flagged(asked(simulate("S0", seed)))


def test_one_rollout_date_is_warned_of_and_a_trend_allowed_for() -> None:
    errors = []
    for seed in range(1, 7):
        log = simulate("S4b", seed)
        found = asked(log)
        assert "one rollout date" in flagged(found)
        assert found.share
        errors.append(found.share.value - (1 - log.hours_ratio))
    assert abs(np.mean(errors)) < 0.05


def test_a_staggered_rollout_that_people_followed_is_graded_b() -> None:
    found = asked(simulate("S5", 1))
    assert found.grade == "B"
    assert "staggered" in found.method
    assert found.current == found.share
    assert found.method.endswith("clustered by annotator, t(9)")


@pytest.mark.parametrize("scenario", ["S2", "S7"])
def test_unseen_selection_is_never_graded_above_c_and_shows_its_robustness(scenario: str) -> None:
    for seed in SEEDS:
        found = asked(simulate(scenario, seed))
        assert found.grade == "C"
        assert 0 < (value(found, "robustness") or 0) < 1


def test_a_hold_out_cures_unseen_selection() -> None:
    errors = []
    for seed in SEEDS:
        log = simulate("S2", seed, people=12, items=400, holdout=0.1)
        found = asked(log)
        assert found.share
        assert found.grade == "A"
        errors.append(found.share.value - (1 - log.hours_ratio))
    assert abs(np.mean(errors)) < 0.05


def test_a_hold_out_that_is_too_small_is_said_to_be() -> None:
    found = asked(simulate("S2", 1, holdout=0.05))
    assert found.grade == "C"
    assert "hold-out" in flagged(found)


def test_a_hold_out_that_was_not_kept_is_no_random_assignment() -> None:
    log = simulate("S2", 1, people=12, items=400, holdout=0.2)
    broken = log.labels.with_columns(
        assisted=pl.col("assisted") | (pl.col("holdout") & (pl.col("label") % 3 == 0)),
        proxy=pl.col("proxy"),
    )
    found = estimate_savings(broken, rollouts={})
    assert found.grade == "C"
    assert any("followed the random assignment" in reason for reason in found.reasons)


def test_the_same_items_labeled_both_ways_cure_unseen_selection() -> None:
    log = simulate("S2", 1, doubled=True)
    found = asked(log)
    assert found.grade == "B"
    assert found.share
    assert found.share.low < 1 - log.hours_ratio < found.share.high


def test_idle_time_is_dropped_and_counted_by_arm() -> None:
    found = asked(simulate("S6b", 1))
    shares = dict(found.idle.select("assisted", "share").iter_rows())
    assert shares[False] - shares[True] > 0.02
    assert "idle" in flagged(found)
    assert set(found.strip["idle_rule"]) == {"none", "usual", "strict"}


@pytest.mark.parametrize("scenario", ["S1", "S3"])
def test_no_effect_gives_no_saving_whatever_the_raw_ratio_claims(scenario: str) -> None:
    for seed in SEEDS:
        found = asked(simulate(scenario, seed, effect=1.0))
        assert raw(found) > 0.1
        assert found.share
        assert found.share.low < 0 < found.share.high


def test_poor_suggestions_cost_time() -> None:
    found = asked(simulate("S0", 1, effect=1.3))
    assert found.hours
    assert found.share
    assert found.established
    assert found.share.high < 0
    assert found.hours.high < 0


def test_the_direction_is_not_established_when_specifications_disagree() -> None:
    found = asked(simulate("S6", 5, effect=1.0))
    assert not found.established
    assert any("Direction not established" in reason for reason in found.reasons)


@pytest.mark.parametrize(("people", "items"), [(3, 300), (4, 300)])
def test_few_annotators_get_an_answer_for_themselves_only(people: int, items: int) -> None:
    log = simulate("S0", 1, people=people, items=items)
    found = asked(log)
    assert found.refused is None
    assert found.share is None
    assert found.hours is None
    assert found.current
    assert found.current_hours
    assert found.current.low < 1 - log.hours_ratio < found.current.high
    assert "clustered by annotator and week" in found.method


@pytest.mark.parametrize(("people", "items"), [(1, 500), (2, 500), (8, 8)])
def test_below_the_minimum_sample_there_is_no_number_but_what_is_missing(people: int, items: int) -> None:
    found = asked(simulate("S0", 1, people=people, items=items))
    assert found.refused
    assert "Needed: " in found.refused.needed
    assert found.hours is found.share is found.current is found.typical is None
    assert found.strip["low"].null_count() == found.strip.height == 1
    assert found.saved.is_empty()


def test_a_refusal_says_how_much_is_missing() -> None:
    found = asked(simulate("S0", 1, people=2, items=150))
    assert found.refused
    assert (
        "6 annotators with labels of both kinds (there are 2), or 3 with 50 of each (there are 2)"
        in found.refused.needed
    )


def test_assistance_of_whole_people_cannot_be_told_from_the_people() -> None:
    log = simulate("S0", 1)
    split = log.labels.with_columns(assisted=pl.col("annotator") < "p05")
    assert estimate_savings(split, rollouts={}).refused


@pytest.mark.parametrize(
    "labels", [pl.DataFrame(schema=LABEL_COLUMNS), simulate("S0", 1).labels.with_columns(assisted=False)]
)
def test_nothing_to_compare_is_refused(labels: pl.DataFrame) -> None:
    assert estimate_savings(labels, rollouts={}).refused


def test_savings_of_items_add_up_to_the_hours() -> None:
    for scenario in ("S1", "S4", "S5", "S6"):
        log = simulate(scenario, 1)
        found = asked(log)
        assert found.hours
        assert found.saved.schema == SAVED_COLUMNS
        assert found.saved["saved_seconds"].sum() / 3600 == pytest.approx(found.hours.value, rel=1e-9)
        actual = found.saved["counterfactual_seconds"] - found.saved["saved_seconds"]
        timed = log.labels.join(found.saved, on="label")["seconds"]
        assert actual.sum() == pytest.approx(timed.sum(), rel=1e-9)


def test_hours_over_counterfactual_hours_is_the_share() -> None:
    found = asked(simulate("S1", 2))
    assert found.hours
    assert found.share
    counterfactual = found.saved["counterfactual_seconds"].sum() / 3600
    assert found.hours.value / counterfactual == pytest.approx(found.share.value, rel=1e-9)


def test_influences_add_up_to_the_doubt_of_the_hours() -> None:
    found = asked(simulate("S0", 1))
    assert found.hours
    assert found.influence.height == 10
    error = float((found.influence["hours"] ** 2).sum()) ** 0.5
    # t(9) at .975 is 2.262; the interval is symmetric on the log scale, so about symmetric in hours.
    assert (found.hours.high - found.hours.low) / 2 / 2.262 == pytest.approx(error, rel=0.05)


def test_a_ratio_of_typical_items_never_becomes_hours() -> None:
    rng = np.random.default_rng(1)
    log = simulate("S0", 1)
    # Help shrinks the typical item but lengthens the tail: the log ratio is more than ten points from the hours'.
    tail = np.where(rng.random(log.labels.height) < 0.1, 4.0, 0.75)
    labels = log.labels.with_columns(
        seconds=pl.col("seconds") * pl.when("assisted").then(pl.Series(tail)).otherwise(1.0)
    )
    found = estimate_savings(labels, rollouts={})
    usable, _ = prepare_labels(labels)
    kept = usable.where(np.isin(usable.label, found.saved["label"].to_numpy()) | ~usable.assisted)
    assert found.hours
    assert found.share
    assert found.typical
    assert found.hours.value == pytest.approx(
        kept.assisted_seconds() / 3600 * (1 / (1 - found.share.value) - 1), rel=1e-9
    )
    whole = fit_poisson(build_terms(usable), usable.seconds), fit_typical(build_terms(usable), usable.seconds)
    hours_ratio, typical_ratio = (np.exp(fit.coefficient("assisted")) for fit in whole)
    assert hours_ratio - typical_ratio > 0.1
    with pytest.raises(TypeError):
        estimate_hours_saved(whole[1], Interval(-0.4, -0.5, -0.3, 0.95), 3600.0)


@pytest.mark.parametrize("missing", [None, 0.0])
def test_times_of_zero_seconds_are_missing_as_unknown_ones_are(missing: float | None) -> None:
    is_missing = pl.col("assisted") & (pl.col("label") % 2 == 0)
    labels = simulate("S0", 1).labels.with_columns(seconds=pl.when(is_missing).then(missing).otherwise("seconds"))
    found = estimate_savings(labels, rollouts={})
    assert found.refused
    assert "The time is unknown for" in found.refused.reason


def test_unknown_and_zero_times_are_left_out_and_counted() -> None:
    log = simulate("S0", 1)
    holes = log.labels.with_columns(
        seconds=pl.when(pl.col("label") % 20 == 0)
        .then(None)
        .when(pl.col("label") % 20 == 1)
        .then(0.0)
        .otherwise("seconds")
    )
    found = estimate_savings(holes, rollouts={})
    words = next(check.words for check in found.diagnostics if check.name == "data health")
    assert "100 have no known time, 100 have zero seconds" in words
    assisted = holes.filter("assisted").height
    missing = assisted - found.saved.height
    assert any(f"{missing:,} of {assisted:,} assisted labels are not in the hours" in one for one in found.reasons)
    without = estimate_savings(holes.filter(pl.col("seconds") > 0), rollouts={})
    assert found.share
    assert without.share
    assert found.share.value == pytest.approx(without.share.value, abs=0.01)
    assert not set(found.saved["label"]) & set(holes.filter(pl.col("seconds").is_null())["label"])


def test_constant_times_are_not_informative() -> None:
    log = simulate("S0", 1)
    fake = log.labels.with_columns(seconds=pl.when(pl.col("annotator") == "p03").then(30.0).otherwise("seconds"))
    found = estimate_savings(fake, rollouts={})
    words = next(check.words for check in found.diagnostics if check.name == "data health")
    assert "200 (of 1 people) have one and the same time" in words
    assert found.annotators == 9


def test_an_unknown_difficulty_is_no_difficulty_of_zero() -> None:
    log = simulate("S1", 1)
    some = log.labels.with_columns(proxy=pl.when(pl.col("label") % 4 == 0).then(None).otherwise("proxy"))
    found, none = (
        estimate_savings(some, rollouts={}),
        estimate_savings(log.labels.with_columns(proxy=None), rollouts={}),
    )
    assert found.share
    assert none.share
    assert abs(found.share.value - (1 - log.hours_ratio)) < 0.1
    assert none.share.value > found.share.value
    assert "robustness" in flagged(none)


def test_a_switch_that_no_register_knows_is_read_off_the_log() -> None:
    log = simulate("S4b", 1)
    assert "one rollout date" in flagged(estimate_savings(log.labels, rollouts={}))
    staggered = simulate("S5", 1)
    found = estimate_savings(staggered.labels, rollouts={})
    assert found.grade == "C"
    assert any("read off the log" in reason for reason in found.reasons)


def test_a_rollout_may_be_of_a_project() -> None:
    log = simulate("S4", 1)
    by_project = estimate_savings(log.labels, rollouts={"reviews": START + timedelta(days=30)})
    assert by_project.share == asked(log).share


def test_a_rollout_before_the_log_begins_is_none() -> None:
    log = simulate("S0", 1)
    found = estimate_savings(log.labels, rollouts={"reviews": date(2020, 1, 1)})
    assert found.share == asked(log).share


def test_the_answer_does_not_depend_on_order_or_chance() -> None:
    log = simulate("S1", 1)
    once, again = asked(log), estimate_savings(log.labels.sample(fraction=1.0, shuffle=True, seed=1), rollouts={})
    assert once.share
    assert again.share
    assert once.share.value == pytest.approx(again.share.value, abs=1e-9)
    assert once.strip.drop("specification", "idle_rule").to_numpy() == pytest.approx(
        again.strip.drop("specification", "idle_rule").to_numpy(), abs=1e-6
    )


def test_a_wider_level_gives_a_wider_interval() -> None:
    labels = simulate("S0", 1).labels
    narrow, wide = (estimate_savings(labels, rollouts={}, level=level).share for level in (0.8, 0.99))
    assert narrow
    assert wide
    assert wide.low < narrow.low < narrow.value == wide.value < narrow.high < wide.high


def test_no_check_names_a_person() -> None:
    found = asked(simulate("S3", 1))
    words = " ".join([*found.reasons, *(check.words for check in found.diagnostics)])
    assert not any(f"p{j:02d}" in words for j in range(10))


def test_the_catalogue_loads_no_numerical_library() -> None:
    program = (
        "import sys; import dashboard.figures.catalogue; "
        "print([one for one in ('numpy', 'scipy', 'statsmodels') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_times_derived_from_gaps_lower_the_grade() -> None:
    log = simulate("S5", 1)
    measured = asked(log)
    estimated = estimate_savings(log.labels.with_columns(is_estimated=True), rollouts=log.rollouts)
    assert (measured.grade, estimated.grade) == ("B", "C")
    assert any("estimated from the gaps between completions" in reason for reason in estimated.reasons)
    assert not any("gaps between completions" in reason for reason in measured.reasons)
