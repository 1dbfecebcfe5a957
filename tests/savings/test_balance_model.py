"""A hold-out that chance drew is told from one that somebody chose."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from simulated_log import simulate

from dashboard.inference.contract import SavingsEstimate
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.model.balance import compare_difficulty, compare_shares
from dashboard.savings.model.labels import prepare_labels

SEEDS = range(1, 7)


def estimate(labels: pl.DataFrame) -> SavingsEstimate:
    return estimate_savings(labels, rollouts={})


def choose(labels: pl.DataFrame, chosen: pl.Expr) -> pl.DataFrame:
    """Return a log in which the chosen eligible labels were left to people, instead of those that chance drew."""
    held = pl.col("eligible") & chosen
    return labels.with_columns(holdout=held, assisted=pl.col("eligible") & ~held)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lot_drawn_by_chance_is_grade_a(seed: int) -> None:
    answer = estimate(simulate("S2", seed, people=12, items=400, holdout=0.1).labels)
    assert answer.grade == "A"
    assert "lot" not in {check.name for check in answer.diagnostics}


@pytest.mark.parametrize("seed", SEEDS)
def test_hard_items_left_to_people_are_no_lot(seed: int) -> None:
    labels = simulate("S2", seed, people=12, items=400, holdout=0.1).labels
    chance = pl.Series(np.random.default_rng(seed).random(labels.height))
    answer = estimate(choose(labels, pl.lit(chance) < 0.08 + 0.2 * (pl.col("proxy").fill_null(0) > 0.5)))
    assert answer.grade == "C"
    (lot,) = (check for check in answer.diagnostics if check.name == "lot")
    assert "harder" in lot.words
    assert lot.flag


def test_a_lot_of_some_weeks_only_is_no_lot() -> None:
    labels = simulate("S2", 1, people=12, items=400, holdout=0.1).labels
    days = labels.get_column("day_on")
    answer = estimate(choose(labels, (pl.col("day_on") > days.median()) & (pl.int_range(pl.len()) % 5 == 0)))
    assert answer.grade == "C"
    assert any("week" in check.words for check in answer.diagnostics if check.name == "lot")


@pytest.mark.parametrize(("count", "is_compared"), [(19, False), (20, True)])
def test_difficulty_is_compared_from_twenty_labels_of_each_group_on(count: int, *, is_compared: bool) -> None:
    labels = simulate("S2", 1, people=12, items=400, holdout=0.1).labels
    log, _ = prepare_labels(labels)
    held = np.flatnonzero(log.holdout & ~log.proxy_unknown)[:count]
    others = np.flatnonzero(~log.holdout & ~log.proxy_unknown)[:100]
    few = log.where(np.isin(np.arange(log.rows), np.concatenate([held, others])))
    assert (compare_difficulty(few) is not None) is is_compared


def test_shares_by_kind_are_compared_by_pearsons_test() -> None:
    codes = np.repeat(np.array([0, 1]), [40, 60])
    holdout = np.concatenate([np.arange(40) < 16, np.arange(60) < 16])
    difference = compare_shares("kind", codes, holdout)
    assert difference
    # By hand: expected 12.8, 27.2, 19.2, 40.8; squares of 3.2 over each add up to 1.9608.
    assert difference.chance == pytest.approx(0.16143, abs=1e-4)
    assert difference.size == "between 27% and 40% held out, by kind"
