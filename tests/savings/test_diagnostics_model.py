"""The checks beside an estimate, the explainable ratios and the rules for how much a log can bear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from simulated_log import DAYS, START, simulate

from dashboard.inference.contract import LABEL_COLUMNS, Diagnostic, SavingsEstimate
from dashboard.savings.model import specification_curve
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.diagnostics import compute_mean_difference, compute_robustness_value, shrink_effects
from dashboard.savings.model.evidence import (
    GradeCriteria,
    count_arm_labels,
    explain_missing_labels,
    grade_evidence,
    resolve_tier,
)
from dashboard.savings.model.labels import prepare_labels, standardize_proxy
from dashboard.savings.model.rollout import find_registered_dates, read_rollout

GOOD = GradeCriteria(
    design="staggered", staggered_enough=True, sharp=True, trend_is_flat=True, compliance=1.0, inferred=False
)


def check(found: SavingsEstimate, name: str) -> Diagnostic:
    """Return a check by its name."""
    return next(one for one in found.diagnostics if one.name == name)


def table(**columns: list[object]) -> pl.DataFrame:
    """Return labels with these columns and usual values in all others."""
    rows = len(next(iter(columns.values())))
    usual = {
        "label": list(range(rows)),
        "annotator": ["a"] * rows,
        "project": ["q"] * rows,
        "automation": [None] * rows,
        "kind": ["box"] * rows,
        "proxy": [None] * rows,
        "seconds": [float(10 + one) for one in range(rows)],
        "assisted": [False] * rows,
        "day_on": [START] * rows,
        "item": [None] * rows,
        "eligible": [None] * rows,
        "holdout": [None] * rows,
    }
    return pl.DataFrame({**usual, **columns}, schema=LABEL_COLUMNS)


def test_the_stratified_ratio_by_hand() -> None:
    frame = table(
        annotator=["a", "a", "b", "b", "a", "b"],
        kind=["box", "box", "box", "span", "span", "text"],
        seconds=[10.0, 20.0, 30.0, 100.0, 50.0, 7.0],
        assisted=[True, False, False, False, True, True],
    )
    log, _ = prepare_labels(frame)
    # box: 10 s instead of 25 s; span: 50 s instead of 100 s; text has no manual label and drops out.
    assert specification_curve.estimate_stratified_saving(log, 0.95).value == pytest.approx(1 - 60 / 125)
    assert specification_curve.estimate_raw_saving(log, 0.95).value == pytest.approx(1 - (67 / 3) / 50)


def test_overlap_counts_what_was_assisted_without_anything_to_compare_with() -> None:
    log = simulate("S0", 1)
    lonely = log.labels.with_columns(assisted=pl.col("assisted") | (pl.col("kind") == "span"))
    found = check(estimate_savings(lonely, rollouts={}), "overlap")
    assert found.flag
    part = lonely.filter("assisted").select((pl.col("kind") == "span").mean()).item()
    assert found.value == pytest.approx(part, abs=0.01)


def test_balance_says_where_the_arms_differ() -> None:
    by_skill = check(estimate_savings(simulate("S3", 1).labels, rollouts={}), "balance")
    assert by_skill.flag
    assert "the annotator" in by_skill.words
    seen = check(estimate_savings(simulate("S1", 1).labels, rollouts={}), "balance")
    assert "the difficulty proxy" in seen.words


def test_a_standardised_difference_by_hand() -> None:
    assisted = np.array([True, True, False, False])
    assert compute_mean_difference(np.array([1.0, 3.0, 2.0, 4.0]), assisted) == pytest.approx(-1.0)


def test_learning_is_shown_with_and_without() -> None:
    log = simulate("S4", 1)
    found = check(estimate_savings(log.labels, rollouts=log.rollouts), "learning")
    assert found.value == pytest.approx(-0.12, abs=0.06)
    assert "without" in found.words


def test_a_trend_before_the_dates_shows_in_the_placebo_and_costs_the_grade() -> None:
    log = simulate("S5", 1)
    first = pl.col("annotator").replace_strict(log.rollouts, default=None, return_dtype=pl.Date)
    ahead = (pl.col("day_on") - first).dt.total_days()
    trended = log.labels.with_columns(
        seconds=pl.col("seconds") * pl.when(ahead.is_between(-13, -1)).then(0.6).otherwise(1.0)
    )
    found = estimate_savings(trended, rollouts=log.rollouts)
    assert check(found, "placebo").flag
    assert found.grade == "C"
    assert not check(estimate_savings(log.labels, rollouts=log.rollouts), "placebo").flag


def test_people_who_lost_time_are_counted() -> None:
    log = simulate("S0", 1)
    slower = pl.when(pl.col("assisted") & (pl.col("annotator") < "p03")).then(3.0).otherwise(1.0)
    found = check(estimate_savings(log.labels.with_columns(seconds=pl.col("seconds") * slower), rollouts={}), "people")
    assert found.words.startswith("7 of 10 annotators gained time, 3 lost time")


def test_shrinkage_pulls_chance_to_the_mean_and_leaves_real_differences() -> None:
    same = shrink_effects(np.array([-0.4, -0.3, -0.5]), np.full(3, 0.1))
    assert same.deviation == 0
    assert same.log_ratios == pytest.approx([-0.4] * 3)
    apart = shrink_effects(np.array([-1.0, 1.0]), np.full(2, 1e-6))
    assert apart.log_ratios == pytest.approx([-1.0, 1.0], abs=1e-4)


def test_the_robustness_value_of_the_paper() -> None:
    # Cinelli and Hazlett (2020), Darfur: t = 4.18 on 783 degrees of freedom gives a robustness value of 13.9 %.
    value, _ = compute_robustness_value(4.18, 783)
    assert value == pytest.approx(0.139, abs=0.0006)


@pytest.mark.parametrize(
    ("people", "each", "tier"),
    [
        (6, 10, "population"),
        (6, 9, "current"),
        (41, 2, "population"),
        (6, 6, "refused"),
        (5, 60, "current"),
        (3, 50, "current"),
        (3, 49, "refused"),
    ],
)
def test_the_minimum_samples(people: int, each: int, tier: str) -> None:
    assisted = [one % 2 == 0 for one in range(2 * people * each)]
    who = [f"p{one // (2 * each)}" for one in range(2 * people * each)]
    log, _ = prepare_labels(table(annotator=who, assisted=assisted))
    assert resolve_tier(log) == tier
    assert count_arm_labels(log).assisted == people * each


def test_the_refusal_counts_what_is_missing() -> None:
    log, _ = prepare_labels(table(annotator=["a"] * 90, assisted=[one < 30 for one in range(90)]))
    missing = explain_missing_labels(log, idle=2)
    assert "30 assisted labels and 60 by hand with a known time, 2 set aside as idle" in missing.reason
    assert "10 more assisted labels with a known time (there are 30)" in missing.needed
    assert "more labels by hand" not in missing.needed
    assert "6 annotators with labels of both kinds (there are 1), or 3 with 50 of each (there are 0)" in missing.needed


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (GOOD, "B"),
        (replace(GOOD, sharp=False), "C"),
        (replace(GOOD, trend_is_flat=False), "C"),
        (replace(GOOD, trend_is_flat=None), "C"),
        (replace(GOOD, staggered_enough=False), "C"),
        (replace(GOOD, inferred=True), "C"),
        (replace(GOOD, design="holdout"), "A"),
        (replace(GOOD, design="holdout", compliance=0.9), "C"),
        (replace(GOOD, design="same items"), "B"),
        (replace(GOOD, design="one date"), "C"),
        (replace(GOOD, design="observed"), "C"),
    ],
)
def test_the_grade_follows_from_the_design_and_its_doubts(found: GradeCriteria, expected: str) -> None:
    given, reasons = grade_evidence(found)
    assert given == expected
    assert reasons


@pytest.mark.parametrize(
    ("scenario", "shape", "dates"),
    [("S0", "none", 0), ("S4", "one", 1), ("S5", "staggered", 4), ("S7", "staggered", 4)],
)
def test_the_shape_of_a_rollout(scenario: str, shape: str, dates: int) -> None:
    log = simulate(scenario, 1)
    usable, _ = prepare_labels(log.labels)
    found = read_rollout(usable, log.rollouts)
    assert found.shape == shape
    assert (found.dates if shape != "none" else 0) == dates
    assert found.sharp == (scenario in {"S4", "S5"})


def test_a_person_s_own_date_goes_before_the_project_s() -> None:
    log, _ = prepare_labels(simulate("S4", 1).labels)
    own, project = START + timedelta(days=10), START + timedelta(days=30)
    found = find_registered_dates(log, {"p00": own, "reviews": project})
    epoch = date(1970, 1, 1)
    is_own = log.annotator == log.names.index("p00")
    assert set(found[is_own]) == {(own - epoch).days}
    assert set(found[~is_own]) == {(project - epoch).days}


def test_experience_counts_labels_whose_time_is_unknown() -> None:
    log, health = prepare_labels(table(seconds=[5.0, None, 7.0, 0.0, 9.0]))
    assert log.experience == pytest.approx(np.log1p([0, 2, 4]))
    assert (health.labels, health.unknown, health.zero) == (5, 1, 1)


def test_a_skewed_length_enters_as_its_logarithm() -> None:
    lengths = pl.Series([1.0, 2.0, 4.0, 8.0, 1000.0, None])
    values, unknown = standardize_proxy(lengths)
    logs = np.log1p([1.0, 2.0, 4.0, 8.0, 1000.0])
    assert values[:5] == pytest.approx((logs - logs.mean()) / logs.std())
    assert (values[5], unknown.tolist()) == (0.0, [0.0] * 5 + [1.0])


def test_every_week_begins_on_a_monday() -> None:
    days = [START + timedelta(days=one) for one in range(DAYS)]
    log, _ = prepare_labels(table(day_on=days, seconds=[float(one + 1) for one in range(DAYS)]))
    changes = {days[one].weekday() for one in range(1, DAYS) if log.week[one] != log.week[one - 1]}
    assert changes == {0}
