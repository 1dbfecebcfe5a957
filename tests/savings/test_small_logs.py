"""Logs of the size of published studies: what counts is how close the estimate is, not the labels of each person."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from simulated_log import Simulated
from simulated_small_log import SmallLog, simulate_small_log
from simulated_store import events, imported

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.inference.contract import Interval, SavingsEstimate
from dashboard.savings.model.assembly import estimate_savings, find_strongest_comparison
from dashboard.savings.model.evidence import ClaimTier, Precision, explain_imprecision, limit_tier
from dashboard.savings.model.headline import measure_half_width, measure_precision
from dashboard.savings.model.labels import prepare_labels
from dashboard.savings.model.rollout import read_rollout

STUDIES = [(41, 2), (16, 8), (13, 12), (15, 45)]


def estimate(log: SmallLog) -> SavingsEstimate:
    return estimate_savings(log.labels, rollouts={})


@pytest.mark.parametrize(("people", "each"), STUDIES)
@pytest.mark.parametrize("ratio", [0.75, 1.19])
def test_a_study_has_a_number_with_the_sign_and_size_that_it_found(people: int, each: int, ratio: float) -> None:
    logs = [simulate_small_log(people, each, 0.1, seed, ratio) for seed in range(5)]
    shares = [estimate(log).share for log in logs]
    held = [share.low <= log.saving <= share.high for share, log in zip(shares, logs, strict=True) if share]
    assert len(held) == len(logs)
    assert sum(held) >= 4
    assert sum(share.value for share in shares if share) / len(shares) == pytest.approx(1 - ratio, abs=0.1)


def test_a_study_of_chosen_items_is_answered_with_a_range(tmp_path: Path) -> None:
    """41 people with two labels of each kind: no number that a choice of items could not explain, but a range."""
    labels = simulate_small_log(41, 2, 0.18, 3).labels.with_columns(
        finished_at=pl.col("day_on").cast(pl.Datetime("us")) + pl.duration(hours=9, minutes=pl.col("label"))
    )
    store = imported(tmp_path, [events(Simulated(labels, {}, 0.75, 0.75, 0.75))])
    row = resolve_figure(store, "savings_by_automation", Filters()).rows.row(0, named=True)
    assert row["state"] == "direction not established"
    assert re.search(r"the assisted labels took between \d+% more and \d+% less time than by hand", row["words"])


def test_an_interval_that_leaves_nearly_everything_open_is_refused_and_says_what_would_narrow_it() -> None:
    refused = estimate(simulate_small_log(6, 10, 1.2, 1)).refused
    assert refused
    assert "68 points to either side, from 60 assisted labels and 60 by hand" in refused.reason
    assert refused.needed == "About 6 times as many labels of both kinds, best from more people who make both."


def test_a_range_of_more_than_all_is_not_given_in_points() -> None:
    log, _ = prepare_labels(simulate_small_log(6, 10, 1.2, 1).labels)
    refused = explain_imprecision(Precision(1e9, 1e9, 6.0), log)
    assert "more than 100 points to either side" in refused.reason
    assert refused.needed.startswith("Many more labels")


@pytest.mark.parametrize(
    ("tier", "precision", "expected"),
    [
        ("population", Precision(0.3, 0.2, 4.0), "population"),
        ("population", Precision(0.31, 0.2, 9.0), "current"),
        ("population", Precision(0.1, 0.1, 3.9), "current"),
        ("population", Precision(0.31, 0.31, 9.0), "refused"),
        ("current", Precision(0.1, 0.1, 9.0), "current"),
        ("current", Precision(float("nan"), float("nan"), 9.0), "refused"),
    ],
)
def test_precision_decides_whom_a_number_speaks_of(tier: ClaimTier, precision: Precision, expected: ClaimTier) -> None:
    assert limit_tier(tier, precision) == expected


def test_a_loss_is_as_close_as_a_saving_of_the_same_ratio() -> None:
    saving, loss = Interval(-0.5, -0.8, -0.2, 0.95), Interval(0.5, 0.2, 0.8, 0.95)
    assert measure_half_width(saving) == pytest.approx(measure_half_width(loss))


def test_people_of_unlike_weight_are_fewer_in_effect() -> None:
    labels = simulate_small_log(8, 60, 0.1, 1).labels
    number = labels["label"] % 120
    uneven = labels.filter((labels["annotator"] == "p00") | (number < 6))
    found = []
    for frame in (labels, uneven):
        log, _ = prepare_labels(frame)
        headline = find_strongest_comparison(log, read_rollout(log, {}), 0.95).headline
        assert headline
        found.append(measure_precision(headline).effective_people)
    assert found[0] > 7
    assert found[1] < 4
